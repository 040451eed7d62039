use crate::{
    components::{Choice, Field, FieldNote, Segmented, TextInput},
    infra::words::use_words,
};
use wasm_core::filter::FilterInput;
use yew::prelude::*;

/// Filters for the common questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Everything,
    Web,
    Dns,
    /// One address, any port.
    Peer,
    /// One port, whoever listens on it.
    Port,
    Custom,
}

impl Preset {
    const ALL: [Self; 6] = [Self::Everything, Self::Web, Self::Dns, Self::Peer, Self::Port, Self::Custom];

    fn name(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Web => "web",
            Self::Dns => "dns",
            Self::Peer => "peer",
            Self::Port => "port",
            Self::Custom => "custom",
        }
    }

    /// The sentence for a preset without what it asks for.
    pub fn missing(self) -> &'static str {
        match self {
            Self::Port => "ui-preset-port-missing",
            _ => "ui-preset-peer-missing",
        }
    }

    /// The filters of this preset for what is typed beside it; `None` leaves the rows as they are.
    pub fn filters(self, typed: &str) -> Option<Vec<FilterInput>> {
        let filter = |protocol: &str, local_port: &str, remote_port: &str| FilterInput {
            protocol: protocol.to_owned(),
            local_port: local_port.to_owned(),
            remote_port: remote_port.to_owned(),
            ..FilterInput::default()
        };
        Some(match self {
            Self::Everything => Vec::new(),
            // Both as client and as server.
            Self::Web => vec![filter("TCP", "", "80;443"), filter("TCP", "80;443", "")],
            Self::Dns => vec![filter("UDP", "", "53"), filter("TCP", "", "53")],
            Self::Peer => vec![FilterInput { remote_ip_address: typed.to_owned(), ..filter("Any", "", "") }],
            Self::Port => vec![filter("TCP", "", typed), filter("TCP", typed, "")],
            Self::Custom => return None,
        })
    }

    /// It asks for something, and nothing is there yet: as it stands it would keep everything.
    pub fn lacks(self, filters: &[FilterInput]) -> bool {
        self.typed(filters).is_some_and(|typed| typed.trim().is_empty())
    }

    /// What this preset asks for, read back from its rows.
    pub fn typed(self, filters: &[FilterInput]) -> Option<String> {
        let first = filters.first()?;
        match self {
            Self::Peer => Some(first.remote_ip_address.clone()),
            Self::Port => Some(first.remote_port.clone()),
            _ => None,
        }
    }
}

/// Properties for [`Presets`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PresetsProps {
    pub preset: Preset,
    /// What the preset asks for, as far as it is there ([`Preset::typed`]).
    pub typed: Option<String>,
    /// There are no rows.
    pub empty: bool,
    /// The preset, and its filters unless the rows stay.
    pub onchange: Callback<(Preset, Option<Vec<FilterInput>>)>,
    pub onenter: Callback<()>,
}

/// What to capture, in one click; the rows below stay editable.
#[component]
pub fn Presets(props: &PresetsProps) -> Html {
    let words = use_words();
    let choices: Vec<_> = Preset::ALL
        .iter()
        .map(|preset| Choice::new(preset.name(), words.get(&format!("ui-preset-{}", preset.name()))))
        .collect();
    let onchoose = {
        let (onchange, empty) = (props.onchange.clone(), props.empty);
        Callback::from(move |name: AttrValue| {
            let Some(preset) = Preset::ALL.into_iter().find(|preset| preset.name() == name) else { return };
            let rows = match preset {
                Preset::Custom if empty => {
                    Some(vec![FilterInput { protocol: "TCP".to_owned(), ..FilterInput::default() }])
                }
                _ => preset.filters(""),
            };
            onchange.emit((preset, rows));
        })
    };
    let preset = props.preset;
    let typed = props.typed.clone().unwrap_or_default();
    let lacks = typed.trim().is_empty();
    let oninput = props.onchange.reform(move |typed: String| (preset, preset.filters(&typed)));
    html! {
        <>
            <Segmented label={words.get("ui-what")} name="preset" value={preset.name()} {choices} onchange={onchoose} testid="preset" />
            if matches!(preset, Preset::Peer | Preset::Port) {
                <Field id="preset-value" label={words.get(&format!("ui-preset-{}-value", preset.name()))}
                    notes={if lacks { vec![FieldNote::error(words.get(preset.missing()))] } else { Vec::new() }}>
                    <TextInput id="preset-value" value={typed} {oninput} code=true
                        placeholder={if preset == Preset::Peer { "10.0.2.7" } else { "5432" }}
                        invalid={lacks} described_by="preset-value-notes filter-0-remote-notes" onenter={props.onenter.clone()} testid="preset-value" />
                </Field>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::filter::{CheckContext, check};

    #[test]
    fn every_preset_is_a_filter_set_that_azure_takes() {
        for (preset, typed) in [
            (Preset::Everything, ""),
            (Preset::Web, ""),
            (Preset::Dns, ""),
            (Preset::Peer, "10.0.2.7"),
            (Preset::Port, "5432"),
        ] {
            let filters = preset.filters(typed).expect("filters");
            assert!(check(&filters, &CheckContext::default()).ok, "{preset:?}");
            assert_eq!(preset.typed(&filters).unwrap_or_default(), typed, "{preset:?}");
            assert!(!preset.lacks(&filters), "{preset:?}");
        }
        assert_eq!(Preset::Custom.filters(""), None);
        assert!(Preset::Peer.lacks(&Preset::Peer.filters(" ").expect("filters")));
    }
}
