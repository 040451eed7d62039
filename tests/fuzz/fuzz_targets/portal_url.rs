#![no_main]
use libfuzzer_sys::fuzz_target;
use wasm_core::azure::{portal::PortalLocation, resource::ResourceId};

fuzz_target!(|text: &str| {
    for url in [text.to_owned(), format!("https://portal.azure.com/#{text}")] {
        if let Ok(location) = url.parse::<PortalLocation>() {
            let id = location.scale_set().to_string();
            let again: PortalLocation = id.parse().expect("its own id is a location");
            assert_eq!(again.scale_set(), location.scale_set());
            if let Some(instance) = location.instance() {
                let page: PortalLocation =
                    location.scale_set().instance(instance).parse().expect("an instance's id");
                assert_eq!(page.instance(), Some(instance));
            }
        }
    }
    if let Ok(id) = text.parse::<ResourceId>() {
        assert_eq!(id.to_string().parse::<ResourceId>().as_ref(), Ok(&id));
    }
});
