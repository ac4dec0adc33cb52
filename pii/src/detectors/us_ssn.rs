//! Social security numbers of the United States: area, group and serial by the rules of issue since 2011.

use super::number::Number;
use crate::sweep::Sweep;
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number. Returns where the social security number ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    let (groups, reason) = match number.count {
        _ if number.uniform() == 3 && number.shape(3) == 0x324 && number.separator(1) == b'-' => (3, Reason::Format),
        _ if number.count == 3 && number.shape(3) == 0x324 && number.separator(1) != b'/' => (3, Reason::Context),
        1 if number.digits(1).len() == 9 => (1, Reason::Context),
        _ => return None,
    };
    if !is_issued(number.digits(groups)) || !number.ends_well(groups) {
        return None;
    }
    let is_bare = reason == Reason::Context;
    if is_bare {
        let context = number.context(sweep);
        let says_so = context.has(SSN) || groups == 3 && context.has(NATIONAL | TAX | PERSONAL);
        if !says_so {
            return None;
        }
    }
    let end = number.end(groups);
    sweep.found(Detector::UsSsn, reason, number.start, end);
    Some(end)
}

/// No area 000, 666 or from 900 on (those of taxpayers without a number are 900 to 999 with a group from 50 on), no group
/// 00, no serial 0000.
fn is_issued(digits: &[u8]) -> bool {
    let [a, b, c, d, e, f, g, h, i] = *digits else { return false };
    let area = u32::from(a) * 100 + u32::from(b) * 10 + u32::from(c);
    let group = d * 10 + e;
    area != 0 && area != 666 && (area < 900 || group >= 50) && group != 0 && [f, g, h, i] != [0; 4]
}
