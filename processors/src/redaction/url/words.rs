//! Whether letters read like a word.
//!
//! Each pair of letters that follow one another has a likelihood, by how often it comes in English text; a word is what
//! has, on average, likely pairs. The table counts the pairs in the texts from which the library made its model: books of
//! Project Gutenberg and lists of words, about a million words, put together by Peter Norvig as `big.txt`.

use std::sync::LazyLock;

/// One line for each first letter, `a` to `z` and the space; in it a count for each second letter.
const PAIRS: &str = include_str!("pairs.txt");

const LETTERS: usize = 27;

/// Each pair is taken to have been seen so often before the counting began.
const SEEN_BEFORE: f64 = 10.0;

/// Half way between the least likely of some phrases and the likeliest of some noise.
const THRESHOLD: f64 = 0.015_099_318_064_947_853;

/// The logarithm of how likely the second letter is after the first.
static LIKELIHOOD: LazyLock<Vec<[f64; LETTERS]>> = LazyLock::new(|| PAIRS.lines().map(likelihoods).collect());

fn likelihoods(line: &str) -> [f64; LETTERS] {
    let mut row = [SEEN_BEFORE; LETTERS];
    for (cell, count) in row.iter_mut().zip(line.split(' ')) {
        *cell += count.parse().unwrap_or(0.0);
    }
    let sum: f64 = row.iter().sum();
    row.map(|count| (count / sum).ln())
}

/// Whether these letters, whatever stands between them, read like a word.
pub(super) fn is_word(text: &str) -> bool {
    let table = &*LIKELIHOOD;
    let mut letters = text.bytes().filter_map(|byte| match byte {
        b' ' => Some(LETTERS - 1),
        _ if byte.is_ascii_alphabetic() => Some(usize::from(byte.to_ascii_lowercase() - b'a')),
        _ => None,
    });
    let Some(mut before) = letters.next() else { return true };
    let (mut sum, mut pairs) = (0.0, 0.0);
    for letter in letters {
        sum += table.get(before).map_or(0.0, |row| row[letter]);
        pairs += 1.0;
        before = letter;
    }
    pairs == 0.0 || (sum / pairs).exp() > THRESHOLD
}
