use std::sync::Arc;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::profiles::v1development::ExportProfilesServiceRequest;
use opentelemetry_proto::tonic::profiles::v1development::{Profile, ResourceProfiles, Sample, ScopeProfiles};
use prost::Message;
use serde_json::json;
use sluice_component::Context;
use sluice_component::factory::ProcessorConfig;
use sluice_pdata::{Batch, Limits, Signal};

use super::config::Config;
use crate::testing::{Sink, configure_json, settings};

#[tokio::test]
async fn resources_of_profiles_are_changed_and_made_where_there_is_none() {
    let profiles = vec![Profile { samples: vec![Sample::default()], ..Profile::default() }];
    let scope_profiles = vec![ScopeProfiles { profiles, ..ScopeProfiles::default() }];
    let entry = ResourceProfiles { scope_profiles, ..ResourceProfiles::default() };
    let mut request = ExportProfilesServiceRequest { resource_profiles: vec![entry], ..Default::default() };
    let message = Bytes::from(request.encode_to_vec());
    let batch = Batch::check(Signal::Profiles, message, &Limits::default()).unwrap();
    let config = json!({"attributes": [{"key": "k", "action": "upsert", "value": "v"}]});
    let (config, problems) = configure_json("resource", &config, Config::read);
    let sink = Arc::new(Sink::default());
    let processor = config.build(settings("resource"), Signal::Profiles, sink.clone()).unwrap();

    processor.consume(batch, Context::default()).await.unwrap();

    assert_eq!(problems, [""; 0]);
    let (edited, _) = sink.taken().remove(0);
    let resource = request.resource_profiles[0].resource.get_or_insert_default();
    resource.attributes.push(opentelemetry_proto::tonic::common::v1::KeyValue {
        key: "k".into(),
        value: Some(opentelemetry_proto::tonic::common::v1::AnyValue {
            value: Some(opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue("v".into())),
        }),
        ..Default::default()
    });
    assert_eq!(ExportProfilesServiceRequest::decode(edited.to_bytes()).unwrap(), request);
    assert_eq!(edited.items(), 1);
}
