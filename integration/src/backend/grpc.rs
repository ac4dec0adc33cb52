//! The gRPC half of the backend.

use std::{future::Future, pin::Pin, sync::Arc};

use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use opentelemetry_proto::tonic::collector::{
    logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse},
    metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse},
    trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse},
};
use prost::Message;
use tonic::{
    Status,
    body::Body,
    codec::CompressionEncoding,
    server::{Grpc, UnaryService},
};
use tonic_prost::ProstCodec;

use super::{
    answer::Answer,
    store::{Store, Verdict},
};
use crate::{Signal, Telemetry};

/// The most the backend takes in one message.
const LIMIT: usize = 256 << 20;

pub(super) async fn respond(request: Request<Incoming>, store: Arc<Store>) -> Response<Body> {
    match Signal::of_path(request.uri().path()) {
        Some(Signal::Traces) => unary(request, store, Telemetry::Traces, traces_response).await,
        Some(Signal::Metrics) => unary(request, store, Telemetry::Metrics, metrics_response).await,
        Some(Signal::Logs) => unary(request, store, Telemetry::Logs, logs_response).await,
        None => Status::unimplemented("no such method").into_http(),
    }
}

pub(super) fn traces_response(answer: &Answer) -> ExportTraceServiceResponse {
    let part = |(rejected_spans, error_message)| ExportTracePartialSuccess { rejected_spans, error_message };
    ExportTraceServiceResponse { partial_success: answer.rejected().map(part) }
}

pub(super) fn metrics_response(answer: &Answer) -> ExportMetricsServiceResponse {
    let part =
        |(rejected_data_points, error_message)| ExportMetricsPartialSuccess { rejected_data_points, error_message };
    ExportMetricsServiceResponse { partial_success: answer.rejected().map(part) }
}

pub(super) fn logs_response(answer: &Answer) -> ExportLogsServiceResponse {
    let part = |(rejected_log_records, error_message)| ExportLogsPartialSuccess { rejected_log_records, error_message };
    ExportLogsServiceResponse { partial_success: answer.rejected().map(part) }
}

async fn unary<Q, R>(
    request: Request<Incoming>,
    store: Arc<Store>,
    telemetry: fn(Q) -> Telemetry,
    reply: fn(&Answer) -> R,
) -> Response<Body>
where
    Q: Message + Default + 'static,
    R: Message + Default + 'static,
{
    let headers = request.headers().clone();
    let mut grpc = Grpc::new(ProstCodec::<R, Q>::default())
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .apply_max_message_size_config(Some(LIMIT), Some(LIMIT));
    grpc.unary(Export { headers, store, telemetry, reply }, request).await
}

struct Export<Q, R> {
    headers: HeaderMap,
    store: Arc<Store>,
    telemetry: fn(Q) -> Telemetry,
    reply: fn(&Answer) -> R,
}

impl<Q: Send + 'static, R: Send + 'static> UnaryService<Q> for Export<Q, R> {
    type Response = R;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<R>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Q>) -> Self::Future {
        let (headers, store, reply) = (self.headers.clone(), self.store.clone(), self.reply);
        let telemetry = (self.telemetry)(request.into_inner());
        Box::pin(async move {
            let answer = store.next_answer();
            match store.settle(&answer, headers, telemetry).await {
                Verdict::Taken => Ok(tonic::Response::new(reply(&answer))),
                Verdict::Refused => Err(answer.status()),
            }
        })
    }
}
