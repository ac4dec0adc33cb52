//! National account and routing numbers, where words say so.

use super::number::Number;
use crate::checksum::weighted;
use crate::sweep::Sweep;
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a number. Returns where it ends if it is one.
pub(crate) fn look(sweep: &mut Sweep<'_>, number: &mut Number<'_>) -> Option<usize> {
    if !sweep.is_on(Detector::BankAccount) {
        return None;
    }
    let groups = number.uniform();
    let all = number.digits(groups).len();
    if !(6..=18).contains(&all) || !number.ends_well(groups) {
        return None;
    }
    let is_sort_code = number.shape(groups) == 0x222 && number.separator(1) == b'-';
    let context = number.context(sweep);
    let routing = context.has(ROUTING)
        && (is_sort_code || all == 8 || all == 18 || all == 9 && is_routing(number.digits(groups)));
    let account = context.has(ACCOUNT) && context.has(NUMBER | BANK) && groups == 1 && all >= 7;
    if !routing && !account {
        return None;
    }
    let end = number.end(groups);
    sweep.found(Detector::BankAccount, Reason::Context, number.start, end);
    Some(end)
}

/// Routing numbers of the American Bankers Association.
fn is_routing(digits: &[u8]) -> bool {
    weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}
