//! The rules of one level, ready to be looked up by key.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use sluice_pdata::Signal;

use super::rule::{Action, Level, Rule};

/// How many keys a memo holds before it forgets all.
const KEYS: usize = 4096;
/// The longest key that a memo holds.
const KEY_BYTES: usize = 256;

/// The rules for one level of a signal, and for one kind of spans.
pub(super) struct Program {
    /// All rules, of every level.
    rules: Arc<[Rule]>,
    /// The numbers of those that are for this level, in order.
    mine: Vec<u16>,
    /// What happens to the keys that rules name as they stand.
    exact: HashMap<Box<[u8]>, HitsId, RandomState>,
    hits: Vec<Box<[Hit]>>,
    /// A bit for each length of a key in `exact`, the last for all from 63 on.
    lengths: u64,
    /// Whether a key that is not in `exact` may be meant.
    open: bool,
}

/// What one rule does with a key.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) step: Step,
    pub(super) act: Act,
    /// Whether no other rule means the attribute any more.
    is_last: bool,
}

impl Hit {
    /// The new name, if nothing happens to the attribute but that it gets it.
    #[inline]
    pub(super) fn only_rename(&self) -> Option<&Arc<str>> {
        match &self.act {
            Act::Rename(to) if self.is_last => Some(to),
            _ => None,
        }
    }
}

/// When something happens: rule by rule, and in each by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) rule: u16,
    pub(super) row: u16,
}

/// What is done with an attribute.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Rename(Arc<str>),
    Copy(Arc<str>),
    /// It goes to another level; it leaves this one if it is moved.
    Hand {
        key: Arc<str>,
        moved: bool,
    },
    Drop,
    Values,
    Convert,
    Extract,
    Compose,
    Limit,
}

/// The hits of a key in a program, or in a memo; none if zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HitsId(u32);

impl HitsId {
    pub(super) const NONE: Self = Self(0);
    const IN_MEMO: u32 = 1 << 31;
}

/// What a program found out about keys.
#[derive(Default)]
pub(super) struct Memo {
    table: HashMap<Box<[u8]>, HitsId, RandomState>,
    hits: Vec<Box<[Hit]>>,
}

impl Program {
    /// The rules among all that are for this level.
    pub(super) fn new(rules: &Arc<[Rule]>, signal: Signal, level: Level, span_kind: u8) -> Self {
        let numbered = || rules.iter().enumerate().filter(|(_, rule)| rule.applies(signal, level, span_kind));
        let mut program = Self {
            mine: numbered().map(|(number, _)| number as u16).collect(),
            open: numbered().any(|(_, rule)| is_open(rule)),
            rules: Arc::clone(rules),
            exact: HashMap::default(),
            hits: vec![Box::default()],
            lengths: 0,
        };
        let keys: Vec<String> = numbered().flat_map(|(_, rule)| exact_keys(rule)).collect();
        for key in keys {
            let hits = program.compute(&key);
            if hits.is_empty() || program.exact.contains_key(key.as_bytes()) {
                continue;
            }
            program.lengths |= 1 << key.len().min(63);
            program.exact.insert(key.into_bytes().into(), HitsId(program.hits.len() as u32));
            program.hits.push(hits);
        }
        program
    }

    /// Whether nothing is ever done.
    pub(super) fn is_empty(&self) -> bool {
        self.mine.is_empty()
    }

    /// The rule of a step.
    pub(super) fn rule(&self, step: Step) -> &Rule {
        &self.rules[usize::from(step.rule)]
    }

    /// What happens to an attribute of this key.
    #[inline]
    pub(super) fn look_up(&self, memo: &mut Memo, key: &[u8]) -> HitsId {
        if self.lengths & 1 << key.len().min(63) != 0
            && let Some(id) = self.exact.get(key)
        {
            return *id;
        }
        if self.open { self.look_up_in(memo, key) } else { HitsId::NONE }
    }

    #[inline(never)]
    fn look_up_in(&self, memo: &mut Memo, key: &[u8]) -> HitsId {
        if let Some(id) = memo.table.get(key) {
            return *id;
        }
        let hits = std::str::from_utf8(key).map(|key| self.compute(key)).unwrap_or_default();
        let id = match hits.is_empty() {
            true => HitsId::NONE,
            false => {
                memo.hits.push(hits);
                HitsId(HitsId::IN_MEMO | (memo.hits.len() - 1) as u32)
            }
        };
        if key.len() <= KEY_BYTES && memo.table.len() < KEYS {
            memo.table.insert(key.into(), id);
        }
        id
    }

    /// The hits of this id.
    #[inline]
    pub(super) fn hits<'p>(&'p self, memo: &'p Memo, id: HitsId) -> &'p [Hit] {
        match id.0 & HitsId::IN_MEMO {
            0 => &self.hits[id.0 as usize],
            _ => &memo.hits[(id.0 & !HitsId::IN_MEMO) as usize],
        }
    }

    /// What the rules do with a key, one row a rule.
    fn compute(&self, key: &str) -> Box<[Hit]> {
        let rule = |number: u16| &self.rules[usize::from(number)];
        let hits = self.mine.iter().enumerate().filter_map(|(index, &number)| {
            let (row, act) = act(rule(number), key)?;
            let is_last = match &act {
                Act::Rename(to) => self.mine[index + 1..].iter().all(|later| self::act(rule(*later), to).is_none()),
                _ => false,
            };
            Some(Hit { step: Step { rule: number, row: row as u16 }, act, is_last })
        });
        hits.collect()
    }
}

impl Memo {
    /// How many keys it remembers.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Makes room, between two lists of attributes.
    pub(super) fn make_room(&mut self) {
        if self.table.len() >= KEYS || self.hits.len() >= 2 * KEYS {
            self.table.clear();
            self.hits.clear();
        }
    }
}

fn act(rule: &Rule, key: &str) -> Option<(usize, Act)> {
    match &rule.action {
        Action::Rename { names, to, into } => {
            let row = names.find(key)?;
            let to = to[row].expand(names, row, key);
            match into {
                // It has no name.
                _ if to.is_empty() => None,
                Some(_) => Some((row, Act::Hand { key: to, moved: true })),
                None if *to == *key => None,
                None => Some((row, Act::Rename(to))),
            }
        }
        Action::Copy { names, to, into } => {
            let row = names.find(key)?;
            let to = to[row].expand(names, row, key);
            match into {
                _ if to.is_empty() => None,
                Some(_) => Some((row, Act::Hand { key: to, moved: false })),
                None if *to == *key => None,
                None => Some((row, Act::Copy(to))),
            }
        }
        Action::Drop(names) | Action::Guard(names) => names.find(key).map(|row| (row, Act::Drop)),
        Action::Keep(names) => names.find(key).is_none().then_some((0, Act::Drop)),
        Action::Values { names, .. } => names.find(key).map(|row| (row, Act::Values)),
        Action::Convert { names, .. } => names.find(key).map(|row| (row, Act::Convert)),
        Action::Extract { names, .. } => names.find(key).map(|row| (row, Act::Extract)),
        Action::Compose(composed) => (composed.first_key() == Some(key)).then_some((0, Act::Compose)),
        Action::Normalize(style) => {
            let to = style.apply(key);
            (to != key && !to.is_empty()).then(|| (0, Act::Rename(to.into())))
        }
        Action::Limit { names, .. } => names.find(key).map(|row| (row, Act::Limit)),
    }
}

/// Whether a rule may mean a key that it does not name.
fn is_open(rule: &Rule) -> bool {
    match &rule.action {
        Action::Rename { names, .. }
        | Action::Copy { names, .. }
        | Action::Drop(names)
        | Action::Guard(names)
        | Action::Values { names, .. }
        | Action::Convert { names, .. }
        | Action::Extract { names, .. }
        | Action::Limit { names, .. } => names.has_patterns(),
        Action::Keep(_) | Action::Normalize(_) => true,
        Action::Compose(_) => false,
    }
}

/// The keys that a rule names as they stand.
fn exact_keys(rule: &Rule) -> Vec<String> {
    match &rule.action {
        Action::Rename { names, .. }
        | Action::Copy { names, .. }
        | Action::Drop(names)
        | Action::Guard(names)
        | Action::Keep(names)
        | Action::Values { names, .. }
        | Action::Convert { names, .. }
        | Action::Extract { names, .. }
        | Action::Limit { names, .. } => names.exact().map(str::to_owned).collect(),
        Action::Compose(composed) => composed.first_key().map(str::to_owned).into_iter().collect(),
        Action::Normalize(_) => Vec::new(),
    }
}
