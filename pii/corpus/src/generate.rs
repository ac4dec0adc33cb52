//! Samples from a seed.

use crate::dice::Dice;
use crate::look_alikes::look_alike;
use crate::place::Shape;
use crate::scenes::scene;
use crate::text::Text;
use crate::value::Value;
use crate::values::value;
use crate::{Family, Place, Sample, Truth, frames, keys};

/// How many of a hundred positive samples are records with several values.
const SCENES_PERCENT: u32 = 15;

/// Samples with something to find, evenly over the families and the places that can hold them.
pub fn positives(seed: u64, count: usize) -> Vec<Sample> {
    let mut dice = Dice::new(seed);
    let families = Family::ALL.iter().cycle();
    families
        .take(count)
        .map(|family| if dice.percent(SCENES_PERCENT) { in_scene(&mut dice) } else { positive(&mut dice, *family) })
        .collect()
}

/// The same samples once at every place that can hold them as they are: their recall must be the same everywhere.
pub fn everywhere(samples: &[Sample]) -> Vec<Sample> {
    let mut all = Vec::new();
    for sample in samples {
        let shape = sample.place.shape();
        let places = Place::ALL.iter().filter(|place| place.shape() == shape);
        all.extend(places.map(|&place| Sample { place, ..sample.clone() }));
    }
    all
}

/// Samples of a family.
pub fn positives_of(family: Family, seed: u64, count: usize) -> Vec<Sample> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| positive(&mut dice, family)).collect()
}

/// Samples with nothing to find, evenly over the kinds of look-alikes.
pub fn look_alikes(seed: u64, count: usize) -> Vec<Sample> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| negative(&mut dice)).collect()
}

fn in_scene(dice: &mut Dice) -> Sample {
    let text = scene(dice);
    loop {
        let place = dice.pick(Place::ALL);
        let key = match place.shape() {
            Shape::Keyed => keys::neutral(dice),
            Shape::Text => String::new(),
            Shape::Name | Shape::TraceState | Shape::Integer => continue,
        };
        return Sample { place, key, text: text.text, truth: Truth::Positive(text.labels) };
    }
}

fn positive(dice: &mut Dice, family: Family) -> Sample {
    loop {
        let value = value(family, dice);
        // Numbers have few places of their own and come there less often by themselves.
        let place = match value.is_integer() && dice.percent(15) {
            true => dice.pick(&[Place::SpanInteger, Place::LogInteger, Place::PointInteger]),
            false => dice.pick(Place::ALL),
        };
        if let Some((key, text)) = put(dice, &value, place) {
            return Sample { place, key, text: text.text, truth: Truth::Positive(text.labels) };
        }
    }
}

/// A value at a place: the key and the text; nothing where it does not belong there.
fn put(dice: &mut Dice, value: &Value, place: Place) -> Option<(String, Text)> {
    match place.shape() {
        Shape::Keyed => Some(under_key(dice, value)),
        Shape::Text => Some((String::new(), in_text(dice, value))),
        Shape::Name => {
            let text = in_text(dice, value);
            (text.text.len() < 200 && !text.text.contains('\n')).then_some((String::new(), text))
        }
        Shape::TraceState => trace_state(dice, value).map(|text| (String::new(), text)),
        Shape::Integer => value.is_integer().then(|| {
            let named = value.needs_cue || dice.percent(50);
            let key = if named { keys::attribute(dice, value.cues) } else { keys::neutral(dice) };
            (key, alone(value, "integer"))
        }),
    }
}

fn under_key(dice: &mut Dice, value: &Value) -> (String, Text) {
    if value.needs_cue && dice.percent(45) || !value.needs_cue && dice.percent(25) {
        return (keys::attribute(dice, value.cues), alone(value, "key"));
    }
    (keys::neutral(dice), in_text(dice, value))
}

fn in_text(dice: &mut Dice, value: &Value) -> Text {
    if !value.needs_cue && dice.percent(30) {
        return frames::bare(value);
    }
    frames::framed(dice, value)
}

/// All of a value that stands alone may go.
fn alone(value: &Value, frame: &'static str) -> Text {
    let mut text = Text::default();
    text.value(value, frame).open();
    text
}

/// An entry as W3C Trace Context allows it: printable ASCII without comma and equals sign.
fn trace_state(dice: &mut Dice, value: &Value) -> Option<Text> {
    let fits = !value.needs_cue
        && value.is_one_word()
        && value.text.len() < 200
        && value.text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| {
        let mut text = Text::default();
        text.push(dice.pick(&["acme=", "vendor=", "congo=t61rcWkgMzE,acme=", "es@nr="])).value(value, "trace_state");
        text.push(dice.pick(&["", ",rojo=00f067aa0ba902b7"]));
        text
    })
}

fn negative(dice: &mut Dice) -> Sample {
    let made = look_alike(dice);
    loop {
        let place = dice.pick(Place::ALL);
        let key = match (place.shape(), made.key) {
            (Shape::Keyed, Some(key)) => key.to_owned(),
            (Shape::Keyed, None) => keys::neutral(dice),
            (Shape::Text | Shape::Name, None) if !made.text.is_empty() => String::new(),
            _ => continue,
        };
        return Sample { place, key, text: made.text, truth: Truth::LookAlike(made.kind) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look_alikes::kinds;

    #[test]
    fn the_same_seed_gives_the_same_samples() {
        let texts = |samples: Vec<Sample>| samples.into_iter().map(|sample| sample.text).collect::<Vec<_>>();

        assert_eq!(texts(positives(7, 500)), texts(positives(7, 500)));
        assert_eq!(texts(look_alikes(7, 500)), texts(look_alikes(7, 500)));
        assert_ne!(texts(positives(7, 500)), texts(positives(8, 500)));
    }

    #[test]
    fn every_label_is_a_piece_of_its_text() {
        for sample in positives(1, 10_000) {
            let labels = sample.truth.labels();
            assert!(!labels.is_empty());
            for label in labels {
                assert!(sample.text.get(label.core.clone()).is_some_and(|core| !core.is_empty()), "{sample:?}");
                assert!(label.outer.start <= label.core.start && label.core.end <= label.outer.end, "{sample:?}");
                assert!(label.outer.end <= sample.text.len(), "{sample:?}");
            }
        }
    }

    #[test]
    fn a_sample_that_is_everywhere_is_at_each_place_of_its_kind_once() {
        let samples = positives(1, 50);

        let all = everywhere(&samples);

        let keyed = samples.iter().filter(|sample| sample.place.shape() == Shape::Keyed).count();
        for place in Place::ALL.iter().filter(|place| place.shape() == Shape::Keyed) {
            assert_eq!(all.iter().filter(|sample| sample.place == *place).count(), keyed);
        }
    }

    #[test]
    fn every_place_and_every_kind_of_look_alike_is_there() {
        let places: std::collections::BTreeSet<Place> =
            positives(1, 10_000).iter().map(|sample| sample.place).collect();
        let found: std::collections::BTreeSet<&str> = look_alikes(1, 10_000)
            .iter()
            .filter_map(|sample| match sample.truth {
                Truth::LookAlike(kind) => Some(kind),
                _ => None,
            })
            .collect();

        assert_eq!(places.len(), Place::ALL.len());
        assert_eq!(found, kinds().map(|(kind, _)| kind).collect());
    }
}
