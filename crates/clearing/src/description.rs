//! What can be asked over HTTP, as an OpenAPI document. It says which doors there are, what they take
//! and what they answer; what the bytes mean is written in `docs/PROTOCOL.md` and `docs/protocol.cddl`.

use crate::admin::METRICS_TYPE;
use passerelle_domain::exchange::{KEYS, OBJECTIONS, POUCHES};
use passerelle_domain::wire::{DEVICE_HEADER, MEDIA_TYPE, Refused, SIGNATURE_HEADER, STANDING};
use std::collections::BTreeMap;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HttpMethod, InfoBuilder, License, ObjectBuilder, OpenApi,
    OpenApiBuilder, PathItem, PathsBuilder, RefOr, Required, Response, ResponseBuilder, Schema,
    header::HeaderBuilder,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{KnownFormat, SchemaFormat, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// How the tokens of the administration are called here.
const TOKEN: &str = "token";

const JSON: &str = "application/json";

/// The document, as text.
#[must_use]
pub fn to_json() -> String {
    let mut text = describe().to_pretty_json().expect("plain values");
    text.push('\n');
    text
}

/// Every door, of the desks and of the administration.
#[must_use]
pub fn describe() -> OpenApi {
    let doors = [
        enrolments(),
        batches(),
        pouches(),
        objections(),
        recalls(),
        decisions(),
        log(),
        state(),
        standing(),
        keys(),
        health(),
        metrics(),
        openapi(),
    ];
    let paths = doors
        .into_iter()
        .fold(PathsBuilder::new(), |paths, (path, method, operation)| {
            paths.path(path, PathItem::new(method, operation))
        });
    let info = InfoBuilder::new()
        .title("Passerelle clearing")
        .version("1")
        .description(Some(
            "Bodies and refusals of /v1 are the bytes that docs/PROTOCOL.md describes. /metrics and /openapi.json \
             are on the administration's address, which is another one.",
        ))
        .license(Some(License::new("EUPL-1.2")));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme(TOKEN, SecurityScheme::Http(bearer))
                .build(),
        ))
        .build()
}

type Door = (&'static str, HttpMethod, Operation);

fn enrolments() -> Door {
    let operation = operation("enrol", "Exchange a one-time code for the structure's identity.")
        .request_body(Some(body("An enrolment form, signed by the key that it brings.")))
        .response("200", parcel("A grant, proven with the code."));
    let refused = [
        Refused::UnknownDevice,
        Refused::UnknownCode,
        Refused::Revoked,
        Refused::EnrolledElsewhere,
    ];
    ("/v1/enrolments", HttpMethod::Post, refusing(operation, &refused))
}

fn batches() -> Door {
    let operation = operation("send_batch", "Bring consecutive events of one device's log.")
        .request_body(Some(body("A batch, signed by the device.")))
        .response(
            "200",
            parcel("A receipt: one verdict for each event. The same batch again gets the same bytes."),
        );
    let refused = [
        Refused::UnknownDevice,
        Refused::Revoked,
        Refused::Gap { expected_seq: 1 },
        Refused::Conflict { seq: 1 },
    ];
    ("/v1/batches", HttpMethod::Post, refusing(operation, &refused))
}

fn pouches() -> Door {
    let operation = operation("send_batches", "Bring several batches of one device, in order.")
        .request_body(Some(body(
            "A pouch to clearing with 1 to 32 batches and nothing else, 64 KiB at most.",
        )))
        .response(
            "200",
            parcel("A pouch to the desk: the receipt of each batch, or why there is none."),
        );
    (POUCHES, HttpMethod::Post, refusing(operation, &[]))
}

fn objections() -> Door {
    let operation = operation(
        "object",
        "Write to the officer about an event of the device's log.",
    )
    .request_body(Some(body("An objection, signed by the device.")))
    .response(
        "200",
        parcel("That it is noted. The same objection again is noted once."),
    );
    let refused = [
        Refused::UnknownDevice,
        Refused::Revoked,
        Refused::Gap { expected_seq: 1 },
    ];
    (OBJECTIONS, HttpMethod::Post, refusing(operation, &refused))
}

fn recalls() -> Door {
    let operation = operation("recall", "Show an answer that a restored service may have lost.")
        .request_body(Some(body("A recall, which holds what was signed.")))
        .response("204", ResponseBuilder::new().description("Looked at.").build());
    let refused = [
        Refused::UnknownDevice,
        Refused::Revoked,
        Refused::Gap { expected_seq: 1 },
        Refused::Conflict { seq: 1 },
        BEHIND,
    ];
    ("/v1/recalls", HttpMethod::Post, refusing(operation, &refused))
}

fn decisions() -> Door {
    let operation = signed(operation("decisions", "The later words on what waited."))
        .parameter(query(
            "since",
            "The number of the last decision heard; 0 for none.",
            true,
        ))
        .parameter(query(
            "generation",
            "The highest generation that decisions were heard from.",
            false,
        ))
        .parameter(text(
            "last",
            "The trace of the last decision heard.",
            ParameterIn::Query,
            false,
        ))
        .parameter(text(
            "heads",
            "The last receipt held of each life of the log.",
            ParameterIn::Query,
            false,
        ))
        .parameter(text(
            "noted",
            "The trace of the last objection that was noted.",
            ParameterIn::Query,
            false,
        ))
        .response("200", parcel("Decisions, none or some."));
    let refused = [
        Refused::UnknownDevice,
        Refused::Revoked,
        BEHIND,
        Refused::Forgotten { generation: 1 },
    ];
    ("/v1/decisions", HttpMethod::Get, refusing(operation, &refused))
}

fn log() -> Door {
    let operation = signed(operation(
        "log",
        "The asker's own log, to whoever has lost a part of it.",
    ))
    .parameter(text(
        "heads",
        "The last receipt held of each life of the log.",
        ParameterIn::Query,
        false,
    ))
    .response("200", parcel("Pieces of the log, none or some."));
    let refused = [Refused::UnknownDevice, Refused::Revoked];
    ("/v1/log", HttpMethod::Get, refusing(operation, &refused))
}

fn state() -> Door {
    let operation = signed(operation("state", "The figures to check passes against."))
        .parameter(query("since", "The version held.", false))
        .parameter(query("generation", "The generation of the version held.", false))
        .parameter(text(
            "range",
            "`bytes=N-`: from where the desk has it.",
            ParameterIn::Header,
            false,
        ))
        .parameter(text(
            "if-range",
            "The `etag` of what the desk has a part of.",
            ParameterIn::Header,
            false,
        ))
        .response(
            "200",
            parcel("The state, or what changed since the version held."),
        )
        .response("206", parcel("The rest of the bytes of that tag."))
        .response(
            "304",
            ResponseBuilder::new()
                .description("The version held is the newest.")
                .build(),
        );
    let refused = [Refused::UnknownDevice, Refused::Revoked];
    ("/v1/state", HttpMethod::Get, refusing(operation, &refused))
}

fn standing() -> Door {
    let operation = signed(operation(
        "standing",
        "What the asker's structure was paid, the asker's credential, and the pace at which to come.",
    ))
    .parameter(query(
        "since",
        "The number of the last month told; 0 for none.",
        false,
    ))
    .parameter(text(
        "last",
        "The trace of what was told of that month.",
        ParameterIn::Query,
        false,
    ))
    .response(
        "200",
        parcel("A standing, with the months closed since or all of them."),
    );
    let refused = [Refused::UnknownDevice, Refused::Revoked];
    (STANDING, HttpMethod::Get, refusing(operation, &refused))
}

fn keys() -> Door {
    let operation = operation(
        "keys",
        "The chain of the service's keys: how each replaced the one before it.",
    )
    .response(
        "200",
        parcel("Every replacement since the first key, none or some. Each proves itself."),
    );
    (KEYS, HttpMethod::Get, refusing(operation, &[]))
}

fn health() -> Door {
    let version = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("status", of_type(Type::String))
        .property("state_version", of_type(Type::Integer))
        .required("status")
        .required("state_version");
    let content = ContentBuilder::new().schema(Some(RefOr::T(Schema::Object(version.build()))));
    let answer = ResponseBuilder::new()
        .description("The books answer.")
        .content(JSON, content.build());
    let operation = operation("health", "Whether the books answer.").response("200", answer.build());
    ("/v1/health", HttpMethod::Get, refusing(operation, &[]))
}

fn metrics() -> Door {
    let operation = administered(operation("metrics", "What this process has counted.")).response(
        "200",
        answer(
            "The metrics, in the text format of OpenMetrics 1.0.",
            METRICS_TYPE,
        ),
    );
    ("/metrics", HttpMethod::Get, operation.build())
}

fn openapi() -> Door {
    let operation =
        administered(operation("openapi", "This document.")).response("200", answer("This document.", JSON));
    ("/openapi.json", HttpMethod::Get, operation.build())
}

const BEHIND: Refused = Refused::Behind {
    epoch: passerelle_domain::id::Epoch(0),
    expected_seq: 1,
};

fn operation(id: &str, summary: &str) -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some(id))
        .summary(Some(summary))
}

/// An operation that a device signs in its headers.
fn signed(operation: OperationBuilder) -> OperationBuilder {
    let device = "The device, in 32 lower-case hexadecimal digits.";
    let signature = "Its signature over the path and query, in Base32.";
    operation
        .parameter(text(DEVICE_HEADER, device, ParameterIn::Header, true))
        .parameter(text(SIGNATURE_HEADER, signature, ParameterIn::Header, true))
}

/// An operation that a token opens.
fn administered(operation: OperationBuilder) -> OperationBuilder {
    let empty = |description| ResponseBuilder::new().description(description).build();
    operation
        .security(SecurityRequirement::new(TOKEN, Vec::<String>::new()))
        .response("401", empty("No token, or one that does not open."))
        .response("503", empty("The tokens cannot be read."))
}

/// The operation with what it refuses, and with what every door of the desks refuses.
fn refusing(operation: OperationBuilder, own: &[Refused]) -> Operation {
    let every = [Refused::Malformed, Refused::TooLarge, Refused::TryLater];
    let mut kinds: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for refused in every.iter().chain(own) {
        kinds.entry(refused.status()).or_default().push(refused.code());
    }
    // Said to whoever comes too slowly, and to whoever comes too often.
    kinds.insert(408, vec![Refused::TryLater.code()]);
    kinds.insert(429, vec![Refused::TryLater.code()]);
    let operation = kinds.into_iter().fold(operation, |operation, (status, kinds)| {
        let is_for_later = kinds.contains(&Refused::TryLater.code());
        let description = format!("A refusal: {}.", kinds.join(" or "));
        operation.response(status.to_string(), refusal(&description, is_for_later))
    });
    operation.build()
}

fn refusal(description: &str, is_for_later: bool) -> Response {
    let answer = ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, bytes());
    if !is_for_later {
        return answer.build();
    }
    let seconds = HeaderBuilder::new()
        .schema(of_type(Type::Integer))
        .description(Some("After how many seconds to ask again."));
    answer.header("retry-after", seconds.build()).build()
}

fn parcel(description: &str) -> Response {
    answer_of(description, MEDIA_TYPE, bytes())
}

fn answer(description: &str, media_type: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(of_type(Type::String)));
    answer_of(description, media_type, content.build())
}

fn answer_of(description: &str, media_type: &str, content: utoipa::openapi::Content) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(media_type, content)
        .build()
}

fn body(description: &str) -> utoipa::openapi::request_body::RequestBody {
    RequestBodyBuilder::new()
        .description(Some(description))
        .content(MEDIA_TYPE, bytes())
        .required(Some(Required::True))
        .build()
}

/// Bytes of the protocol.
fn bytes() -> utoipa::openapi::Content {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
    let schema = RefOr::T(Schema::Object(schema.build()));
    ContentBuilder::new().schema(Some(schema)).build()
}

fn of_type(kind: Type) -> RefOr<Schema> {
    RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(kind).build()))
}

/// A whole number in the query.
fn query(name: &str, description: &str, required: bool) -> Parameter {
    parameter(name, description, ParameterIn::Query, required, Type::Integer)
}

fn text(name: &str, description: &str, place: ParameterIn, required: bool) -> Parameter {
    parameter(name, description, place, required, Type::String)
}

fn parameter(name: &str, description: &str, place: ParameterIn, required: bool, kind: Type) -> Parameter {
    let required = if required { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(description))
        .schema(Some(of_type(kind)))
        .build()
}
