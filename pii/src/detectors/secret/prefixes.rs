//! How keys and tokens of vendors begin, and what follows.

/// What follows a prefix: letters of a kind, at least and at most so many.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// Letters and digits.
    Letters(usize, usize),
    /// Upper case and digits.
    Upper(usize, usize),
    /// Hexadecimal digits.
    Hex(usize, usize),
    /// Letters, digits, `_` and `-`.
    Url(usize, usize),
    /// Letters, digits, `_`, `-` and `.`.
    Dotted(usize, usize),
    /// Letters, digits, and the marks of both alphabets of Base64.
    Base64(usize, usize),
}

use Body::{Base64, Dotted, Hex, Letters, Upper, Url};

/// The prefix that a text begins with, and what must follow.
pub(super) fn of(text: &[u8]) -> Option<(&'static [u8], Body)> {
    let [first, second, ..] = *text else { return None };
    let place = *FIRST.get(usize::from(first))?;
    // Nearly all words end here.
    if second >= 128 || SECOND[usize::from(first)] >> second & 1 == 0 {
        return None;
    }
    let candidates = ORDER[usize::from(place)..].iter().map(|place| &PREFIXES[usize::from(*place)]);
    let found = candidates.take_while(|(prefix, _)| prefix[0] == first).find(|(prefix, _)| text.starts_with(prefix));
    found.map(|(prefix, body)| (*prefix, *body))
}

/// The places of the prefixes, ordered by their first bytes.
const ORDER: [u8; PREFIXES.len()] = {
    let mut order = [0; PREFIXES.len()];
    let mut length = 0;
    let mut first = 0;
    while first < 128 {
        let mut place = 0;
        while place < PREFIXES.len() {
            if PREFIXES[place].0[0] == first {
                order[length] = place as u8;
                length += 1;
            }
            place += 1;
        }
        first += 1;
    }
    order
};

/// Where in the order the prefixes with a first byte begin, or would.
const FIRST: [u8; 128] = {
    let mut starts = [0; 128];
    let mut first = 0;
    while first < 128 {
        let mut place = 0;
        while place < PREFIXES.len() && PREFIXES[ORDER[place] as usize].0[0] < first as u8 {
            place += 1;
        }
        starts[first] = place as u8;
        first += 1;
    }
    starts
};

/// A bit for each second byte of the prefixes with a first byte.
static SECOND: [u128; 128] = {
    let mut seconds = [0; 128];
    let mut place = 0;
    while place < PREFIXES.len() {
        let prefix = PREFIXES[place].0;
        seconds[prefix[0] as usize] |= 1 << prefix[1];
        place += 1;
    }
    seconds
};

/// Sources: the vendors' documentation of their formats; those without any are known from what they hand out.
const PREFIXES: &[(&[u8], Body)] = &[
    // Amazon Web Services: access keys and other identifiers that act as one.
    (b"AKIA", Upper(16, 16)),
    (b"ASIA", Upper(16, 16)),
    (b"ABIA", Upper(16, 16)),
    (b"ACCA", Upper(16, 16)),
    (b"ABSK", Letters(100, 200)),
    // Google: keys, OAuth tokens and client secrets.
    (b"AIza", Url(35, 35)),
    (b"ya29", Dotted(20, 2048)),
    (b"GOCSPX-", Url(20, 40)),
    // GitHub.
    (b"ghp_", Letters(30, 255)),
    (b"gho_", Letters(30, 255)),
    (b"ghu_", Letters(30, 255)),
    (b"ghs_", Letters(30, 255)),
    (b"ghr_", Letters(30, 255)),
    (b"github_pat_", Url(22, 255)),
    // GitLab.
    (b"glpat-", Dotted(20, 300)),
    (b"glptt-", Url(20, 80)),
    (b"gldt-", Url(20, 80)),
    (b"glrt-", Dotted(20, 300)),
    (b"glcbt-", Url(20, 80)),
    (b"glsoat-", Url(20, 80)),
    (b"gloas-", Url(20, 80)),
    // Slack.
    (b"xoxb-", Url(20, 255)),
    (b"xoxp-", Url(20, 255)),
    (b"xoxa-", Url(20, 255)),
    (b"xoxr-", Url(20, 255)),
    (b"xoxs-", Url(20, 255)),
    (b"xoxc-", Url(20, 255)),
    (b"xoxd-", Url(20, 512)),
    (b"xoxe", Dotted(20, 512)),
    (b"xapp-", Url(20, 255)),
    // Stripe.
    (b"sk_live_", Letters(10, 255)),
    (b"sk_test_", Letters(10, 255)),
    (b"rk_live_", Letters(10, 255)),
    (b"rk_test_", Letters(10, 255)),
    (b"pk_live_", Letters(10, 255)),
    (b"pk_test_", Letters(10, 255)),
    (b"whsec_", Letters(20, 255)),
    // OpenAI, Anthropic, Hugging Face, Groq, xAI, Perplexity, Replicate.
    (b"sk-ant-", Url(20, 255)),
    (b"sk-proj-", Url(20, 255)),
    (b"sk-svcacct-", Url(20, 255)),
    (b"sk-or-v1-", Hex(32, 128)),
    (b"sk-", Url(20, 255)),
    (b"hf_", Letters(30, 64)),
    (b"gsk_", Letters(30, 80)),
    (b"xai-", Letters(30, 120)),
    (b"pplx-", Letters(30, 80)),
    (b"r8_", Letters(30, 64)),
    // Square, Shopify, PayPal.
    (b"sq0atp-", Url(20, 64)),
    (b"sq0csp-", Url(20, 64)),
    (b"sq0idp-", Url(20, 64)),
    (b"EAAA", Url(55, 70)),
    (b"shpat_", Hex(30, 64)),
    (b"shpss_", Hex(30, 64)),
    (b"shpca_", Hex(30, 64)),
    (b"shppa_", Hex(30, 64)),
    (b"access_token$production$", Letters(16, 80)),
    // Mail and messages.
    (b"SG.", Dotted(40, 120)),
    (b"key-", Hex(32, 32)),
    (b"xkeysib-", Url(60, 120)),
    (b"SK", Hex(32, 32)),
    (b"AC", Hex(32, 32)),
    (b"pubkey-", Hex(32, 32)),
    // Package registries.
    (b"npm_", Letters(30, 64)),
    (b"pypi-", Url(40, 512)),
    (b"rubygems_", Hex(40, 64)),
    (b"dckr_pat_", Url(20, 64)),
    (b"dckr_oat_", Url(20, 64)),
    (b"oy2", Letters(43, 43)),
    // Clouds and tools.
    (b"dop_v1_", Hex(40, 80)),
    (b"doo_v1_", Hex(40, 80)),
    (b"dor_v1_", Hex(40, 80)),
    (b"hvs.", Url(20, 255)),
    (b"hvb.", Url(20, 512)),
    (b"hvr.", Url(20, 255)),
    (b"glsa_", Url(32, 64)),
    (b"glc_", Base64(32, 512)),
    (b"eyJrIjoi", Letters(50, 512)),
    (b"NRAK-", Upper(27, 27)),
    (b"NRJS-", Letters(19, 19)),
    (b"NRII-", Url(32, 32)),
    (b"dapi", Hex(32, 36)),
    (b"lin_api_", Letters(32, 64)),
    (b"ntn_", Letters(40, 64)),
    (b"secret_", Letters(40, 64)),
    (b"figd_", Url(32, 64)),
    (b"PMAK-", Url(40, 80)),
    (b"sntrys_", Base64(40, 512)),
    (b"sntryu_", Hex(40, 80)),
    (b"rnd_", Letters(28, 64)),
    (b"ATATT3", Url(150, 255)),
    (b"ATCTT3", Url(150, 255)),
    (b"ATBB", Letters(24, 40)),
    (b"HRKU-", Url(30, 80)),
    (b"sbp_", Hex(40, 64)),
    (b"pscale_tkn_", Dotted(30, 80)),
    (b"pscale_pw_", Dotted(30, 80)),
    (b"pul-", Hex(40, 40)),
    (b"tfp_", Letters(30, 80)),
    (b"AGE-SECRET-KEY-1", Upper(58, 58)),
    (b"p8e-", Letters(32, 32)),
    (b"CLOJARS_", Hex(60, 60)),
    (b"EZAK", Letters(54, 54)),
    (b"EZTK", Letters(54, 54)),
    (b"FLWSECK", Dotted(20, 80)),
    (b"phc_", Letters(32, 64)),
    (b"phx_", Letters(32, 64)),
    (b"ddp_", Letters(34, 40)),
    (b"dp.pt.", Letters(40, 64)),
    (b"dp.st.", Dotted(40, 80)),
    (b"nfp_", Letters(36, 64)),
    (b"vercel_", Letters(24, 64)),
    (b"CFPAT-", Url(40, 64)),
    (b"pat", Dotted(64, 90)),
    (b"sl.", Url(120, 200)),
    (b"bkua_", Hex(40, 40)),
    (b"tskey-", Url(20, 80)),
    (b"ops_eyJ", Letters(200, 1024)),
    (b"AQVN", Url(35, 40)),
    (b"t1.", Dotted(80, 512)),
    (b"LTAI", Letters(12, 24)),
    (b"AKID", Letters(13, 40)),
    (b"EAACEdEose0cBA", Letters(20, 512)),
];
