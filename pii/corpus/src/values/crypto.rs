//! Addresses of wallets.

use crate::Family::CryptoWallet;
use crate::checksum::{base58, base58check, ethereum, segwit};
use crate::dice::Dice;
use crate::value::{Cues, Value};

static CUES: Cues = Cues {
    keys: &[
        "wallet",
        "wallet_address",
        "btc_address",
        "eth_address",
        "crypto_address",
        "payout_address",
        "deposit_address",
    ],
    phrases: &["wallet", "wallet address", "BTC", "payout to", "deposit address"],
};

pub(crate) fn wallet(dice: &mut Dice) -> Value {
    let evident = |variant, text| Value::evident(CryptoWallet, variant, text, &CUES);
    let hash = dice.bytes(20);
    match dice.below(12) {
        0 | 1 => evident("bitcoin_legacy", base58check(0, &hash)),
        2 => evident("bitcoin_script", base58check(5, &hash)),
        3 | 4 => evident("bitcoin_segwit", segwit("bc", 0, &hash)),
        5 => {
            let program = dice.bytes(32);
            evident("bitcoin_taproot", segwit("bc", 1, &program))
        }
        6 | 7 => evident("ethereum", ethereum(&hash)),
        8 => evident("ethereum_lower_case", format!("0x{}", hex::encode(&hash))),
        9 => evident("litecoin", base58check(48, &hash)),
        10 => evident("tron", base58check(65, &hash)),
        _ => {
            let key = dice.bytes(32);
            Value::named(CryptoWallet, "solana", base58(&key), &CUES).hard()
        }
    }
}
