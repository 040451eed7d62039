//! The sentences of findings and warnings.

use super::report::Params;

/// The language of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wording {
    #[default]
    English,
    Japanese,
}

impl Wording {
    pub fn warning(self, code: &str, params: &Params) -> String {
        let param = |name: &str| plain(params, name);
        match self {
            Self::English => match code {
                "cut-short" => format!(
                    "The file ends in the middle of a packet (byte {}). Everything before it is counted.",
                    param("offset")
                ),
                "record-too-long" => format!(
                    "At byte {} a record claims {} bytes: the file is damaged there. Everything before is counted.",
                    param("offset"),
                    param("length")
                ),
                "bad-block" => format!(
                    "At byte {} a block contradicts itself: the file is damaged there. Everything before is counted.",
                    param("offset")
                ),
                "unknown-interface" => format!(
                    "At byte {} a packet names interface {}, which the file does not describe. Everything before is counted.",
                    param("offset"),
                    param("interface")
                ),
                "unsupported-section" => format!(
                    "At byte {} a section of unknown version {} begins. Everything before is counted.",
                    param("offset"),
                    param("version")
                ),
                "gzip-damaged" => {
                    "The compressed file is damaged or cut. What could be unpacked is counted.".to_owned()
                }
                "resumed-after-damage" => format!(
                    "{} bytes before byte {} are damaged and left out; reading went on behind them.",
                    param("skipped"),
                    param("offset")
                ),
                "conversations-capped" => format!(
                    "There are more conversations than are tracked one by one ({}). The other {} packets count in the totals only; the number of conversations is an estimate.",
                    param("tracked"),
                    param("packets")
                ),
                "dns-names-capped" => format!(
                    "There are more DNS names than are kept ({}); all {} queries are counted.",
                    param("kept"),
                    param("queries")
                ),
                "server-names-capped" => format!(
                    "There are more TLS server names than are kept ({}); all {} are counted.",
                    param("kept"),
                    param("hellos")
                ),
                "undecoded-link-type" => {
                    format!("Packets of link type {} are counted, but not taken apart.", param("linkType"))
                }
                "warnings-capped" => format!("{} more warnings are left out.", param("dropped")),
                other => other.to_owned(),
            },
            Self::Japanese => match code {
                "cut-short" => format!(
                    "ファイルがパケットの途中 (バイト {}) で終わっています。それより前はすべて集計しました。",
                    param("offset")
                ),
                "record-too-long" => format!(
                    "バイト {} のレコードの長さが {} バイトとなっており、ファイルが破損しています。それより前はすべて集計しました。",
                    param("offset"),
                    param("length")
                ),
                "bad-block" => format!(
                    "バイト {} のブロックに矛盾があり、ファイルが破損しています。それより前はすべて集計しました。",
                    param("offset")
                ),
                "unknown-interface" => format!(
                    "バイト {} のパケットが、ファイルに記述のないインターフェイス {} を参照しています。それより前はすべて集計しました。",
                    param("offset"),
                    param("interface")
                ),
                "unsupported-section" => format!(
                    "バイト {} から未知のバージョン {} のセクションが始まっています。それより前はすべて集計しました。",
                    param("offset"),
                    param("version")
                ),
                "gzip-damaged" => {
                    "圧縮ファイルが破損しているか、途中で切れています。展開できた部分を集計しました。"
                        .to_owned()
                }
                "resumed-after-damage" => format!(
                    "バイト {} より前の {} バイトは破損しているため除外し、その後から読み取りを再開しました。",
                    param("offset"),
                    param("skipped")
                ),
                "conversations-capped" => format!(
                    "会話の数が個別に追跡できる上限 ({}) を超えました。残りの {} パケットは合計にのみ含まれ、会話の数は推定値です。",
                    param("tracked"),
                    param("packets")
                ),
                "dns-names-capped" => format!(
                    "DNS 名の数が保持できる上限 ({}) を超えました。クエリ {} 件はすべて数えています。",
                    param("kept"),
                    param("queries")
                ),
                "server-names-capped" => format!(
                    "TLS サーバー名の数が保持できる上限 ({}) を超えました。{} 件はすべて数えています。",
                    param("kept"),
                    param("hellos")
                ),
                "undecoded-link-type" => format!(
                    "リンク タイプ {} のパケットは数えますが、内容は解析しません。",
                    param("linkType")
                ),
                "warnings-capped" => format!("ほかに {} 件の警告を省略しました。", param("dropped")),
                other => other.to_owned(),
            },
        }
    }
}

/// A parameter as text.
pub(super) fn plain(params: &Params, name: &str) -> String {
    match params.get(name) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
