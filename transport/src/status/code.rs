//! gRPC codes and HTTP statuses, each from the other.

use http::StatusCode;
use sluice_component::Code;

/// The HTTP status that an OTLP server answers where a gRPC server would answer `code`.
///
/// Source: what the Collector answers, which OTLP's list of retryable statuses agrees with.
pub const fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::Unimplemented => StatusCode::NOT_FOUND,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => StatusCode::SERVICE_UNAVAILABLE,
        Code::Unknown | Code::NotFound | Code::AlreadyExists | Code::FailedPrecondition | Code::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The gRPC code that stands for the HTTP status of an answer without one.
///
/// Source: gRPC's `http-grpc-status-mapping.md`, but that 400 says what is meant, as in the Collector.
pub const fn code_of_http(status: StatusCode) -> Code {
    match status.as_u16() {
        200..=299 => Code::Ok,
        400 => Code::InvalidArgument,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 => Code::ResourceExhausted,
        502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}
