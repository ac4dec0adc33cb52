// Command datadog-trace-oracle says what the Datadog Agent makes of traces, and reads what is sent to Datadog's intakes.
//
//	datadog-trace-oracle map [option…]   an OTLP request on its input: the Agent's spans, by trace, and their statistics
//	datadog-trace-oracle traces          a body of /api/v0.2/traces, unpacked: the same form
//	datadog-trace-oracle stats           a body of /api/v0.2/stats, unpacked: the same form
//
// Options: top-level-by-kind, names-as-resources, no-stats-by-kind.
//
// The mapping, the names, the obfuscation and the concentrator are the Agent's own. What its package `agent` does between
// them, which is no module that can be had, is repeated here: see `pkg/trace/agent` and `pkg/trace/api/otlp.go` there.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"time"

	"github.com/DataDog/datadog-agent/pkg/obfuscate"
	"github.com/DataDog/datadog-agent/pkg/opentelemetry-mapping-go/otlp/attributes"
	pb "github.com/DataDog/datadog-agent/pkg/proto/pbgo/trace"
	"github.com/DataDog/datadog-agent/pkg/trace/config"
	otel "github.com/DataDog/datadog-agent/pkg/trace/otel/traceutil"
	"github.com/DataDog/datadog-agent/pkg/trace/stats"
	"github.com/DataDog/datadog-agent/pkg/trace/traceutil"
	"github.com/DataDog/datadog-agent/pkg/trace/traceutil/normalize"
	"github.com/DataDog/datadog-agent/pkg/trace/transform"
	"github.com/DataDog/datadog-go/v5/statsd"
	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/pb/sketchpb"
	"github.com/tinylib/msgp/msgp"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/proto"
)

const fallbackHost = "gateway"

// tracer is what is said of one resource.
type tracer struct {
	Host, Env, Version, Container, Language, TracerVersion string
	Tags                                                   map[string]string
	Chunks                                                 []chunk
}

type chunk struct {
	Priority int32
	Origin   string
	Tags     map[string]string
	Spans    []*pb.Span
}

// group is one line of statistics.
type group struct {
	Start, Length                                      uint64
	Host, Env, Version, Container, Language, GitCommit string
	Service, Name, Resource, Type, Kind, GRPCStatus    string
	HTTPStatus                                         uint32
	Synthetics                                         bool
	IsTraceRoot                                        string
	PeerTags                                           []string
	Hits, Errors, TopLevelHits, Duration               uint64
	Ok, Error                                          sketch
}

type sketch struct {
	Count, Zero   float64
	Gamma, Offset float64
	Bins          map[int]float64
}

type answer struct {
	Tracers []tracer `json:",omitempty"`
	Groups  []group  `json:",omitempty"`
}

func main() {
	if len(os.Args) < 2 {
		fail("no command")
	}
	input, err := io.ReadAll(os.Stdin)
	check(err)
	var said answer
	switch os.Args[1] {
	case "map":
		said = mapped(input, os.Args[2:])
	case "traces":
		said = answer{Tracers: readTraces(input)}
	case "stats":
		said = answer{Groups: readStats(input)}
	default:
		fail("no such command: " + os.Args[1])
	}
	check(json.NewEncoder(os.Stdout).Encode(said))
}

func mapped(input []byte, options []string) answer {
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(input)
	check(err)
	conf := config.New()
	conf.Hostname = fallbackHost
	conf.DefaultEnv = "none"
	conf.PeerTagsAggregation = true
	conf.ComputeStatsBySpanKind = !slices.Contains(options, "no-stats-by-kind")
	conf.OTLPReceiver.SpanNameAsResourceName = slices.Contains(options, "names-as-resources")
	byKind := slices.Contains(options, "top-level-by-kind")
	if byKind {
		conf.Features["enable_otlp_compute_top_level_by_span_kind"] = struct{}{}
	}
	translator, err := attributes.NewTranslator(componenttest.NewNopTelemetrySettings())
	check(err)
	conf.OTLPReceiver.AttributesTranslator = translator
	hider := obfuscate.NewObfuscator(obfuscate.Config{})
	// Long ago, so that no bucket is too old.
	counter := stats.NewConcentrator(conf, nil, time.Unix(0, 0), &statsd.NoOpClient{})
	said := answer{}
	for _, spans := range traces.ResourceSpans().All() {
		one := tracerOf(spans, conf)
		for i := range one.Chunks {
			finish(one.Chunks[i].Spans, hider, byKind)
			root := traceutil.GetRoot(one.Chunks[i].Spans)
			one.Chunks[i].Origin = root.Meta["_dd.origin"]
			if one.Env == "" {
				one.Env = root.Meta["env"]
			}
			if one.Version == "" {
				one.Version = root.Meta["version"]
			}
			counter.Add(stats.Input{
				ContainerID: one.Container,
				Traces: []traceutil.ProcessedTrace{{
					TraceChunk:     &pb.TraceChunk{Spans: one.Chunks[i].Spans, Origin: one.Chunks[i].Origin},
					Root:           root,
					TracerEnv:      one.Env,
					AppVersion:     one.Version,
					TracerHostname: one.Host,
					Lang:           one.Language,
					GitCommitSha:   root.Meta["_dd.git.commit.sha"],
				}},
			})
		}
		said.Tracers = append(said.Tracers, one)
	}
	said.Groups = groups(counter.Flush(true))
	return said
}

// tracerOf repeats receiveResourceSpansV2 and createChunks.
func tracerOf(spans ptrace.ResourceSpans, conf *config.AgentConfig) tracer {
	resource := spans.Resource()
	said := func(first string, then ...string) string {
		if value := otel.GetOTelAttrVal(resource.Attributes(), true, first); value != "" {
			return value
		}
		return otel.GetOTelAttrVal(resource.Attributes(), true, then...)
	}
	one := tracer{
		Host:          transform.GetOTelHostname(ptrace.NewSpan(), resource, conf.OTLPReceiver.AttributesTranslator, conf.Hostname, false),
		Env:           said("datadog.env", "deployment.environment.name", "deployment.environment"),
		Container:     said("datadog.container_id", "container.id", "k8s.pod.uid"),
		Language:      said("telemetry.sdk.language"),
		TracerVersion: "otlp-" + said("telemetry.sdk.version"),
		Tags:          attributes.ContainerTagsFromResourceAttributes(resource.Attributes()),
	}
	byTrace := map[uint64]int{}
	for _, scope := range spans.ScopeSpans().All() {
		for _, span := range scope.Spans().All() {
			if span.TraceID() == (pcommon.TraceID{}) || span.SpanID() == (pcommon.SpanID{}) {
				continue
			}
			mapped := transform.OtelSpanToDDSpan(span, resource, scope.Scope(), conf)
			index, known := byTrace[mapped.TraceID]
			if !known {
				index = len(one.Chunks)
				byTrace[mapped.TraceID] = index
				one.Chunks = append(one.Chunks, chunk{Priority: 1})
			}
			if priority, found := mapped.Metrics["_sampling_priority_v1"]; found {
				one.Chunks[index].Priority = int32(priority)
			}
			one.Chunks[index].Spans = append(one.Chunks[index].Spans, mapped)
		}
	}
	return one
}

// finish repeats what the Agent does to the spans of a chunk: normalize, obfuscateSpan, Truncate, ComputeTopLevel.
func finish(spans []*pb.Span, hider *obfuscate.Obfuscator, byKind bool) {
	for _, span := range spans {
		span.Service, _ = normalize.NormalizeService(span.Service, "")
		for _, key := range []string{"peer.service", "_dd.base_service"} {
			if service, found := span.Meta[key]; found {
				span.Meta[key], _ = normalize.NormalizePeerService(service)
			}
		}
		span.Name, _ = normalize.NormalizeName(span.Name)
		if span.Resource == "" {
			span.Resource = span.Name
		}
		if span.ParentID == span.TraceID && span.ParentID == span.SpanID {
			span.ParentID = 0
		}
		span.Type = normalize.TruncateUTF8(span.Type, 100)
		if env, found := span.Meta["env"]; found {
			span.Meta["env"] = normalize.NormalizeTagValue(env)
		}
		switch span.Type {
		case "sql", "cassandra":
			_, _ = transform.ObfuscateSQLSpan(hider, span)
		case "redis", "valkey":
			span.Resource = hider.QuantizeRedisString(span.Resource)
		case "web", "http":
			if url := span.Meta["http.url"]; url != "" {
				span.Meta["http.url"] = hider.ObfuscateURLString(url)
			}
		}
		span.Resource = normalize.TruncateUTF8(span.Resource, 5000)
	}
	if byKind {
		for _, span := range spans {
			traceutil.UpdateTracerTopLevel(span)
		}
	} else {
		traceutil.ComputeTopLevel(spans)
	}
}

func readTraces(body []byte) []tracer {
	payload := &pb.AgentPayload{}
	check(proto.Unmarshal(body, payload))
	read := []tracer{}
	for _, one := range payload.TracerPayloads {
		said := tracer{
			Host: one.Hostname, Env: one.Env, Version: one.AppVersion, Container: one.ContainerID,
			Language: one.LanguageName, TracerVersion: one.TracerVersion, Tags: one.Tags,
		}
		for _, of := range one.Chunks {
			said.Chunks = append(said.Chunks, chunk{Priority: of.Priority, Origin: of.Origin, Tags: of.Tags, Spans: of.Spans})
		}
		read = append(read, said)
	}
	return read
}

func readStats(body []byte) []group {
	payload := &pb.StatsPayload{}
	check(msgp.Decode(bytes.NewReader(body), payload))
	return groups(payload)
}

func groups(payload *pb.StatsPayload) []group {
	read := []group{}
	for _, client := range payload.Stats {
		for _, bucket := range client.Stats {
			for _, of := range bucket.Stats {
				sort.Strings(of.PeerTags)
				read = append(read, group{
					Start: bucket.Start, Length: bucket.Duration,
					Host: client.Hostname, Env: client.Env, Version: client.Version, Container: client.ContainerID,
					Language: client.Lang, GitCommit: client.GitCommitSha,
					Service: of.Service, Name: of.Name, Resource: of.Resource, Type: of.Type, Kind: of.SpanKind,
					GRPCStatus: of.GRPCStatusCode, HTTPStatus: of.HTTPStatusCode, Synthetics: of.Synthetics,
					IsTraceRoot: of.IsTraceRoot.String(), PeerTags: of.PeerTags,
					Hits: of.Hits, Errors: of.Errors, TopLevelHits: of.TopLevelHits, Duration: of.Duration,
					Ok: sketchOf(of.OkSummary), Error: sketchOf(of.ErrorSummary),
				})
			}
		}
	}
	return read
}

func sketchOf(summary []byte) sketch {
	message := &sketchpb.DDSketch{}
	check(proto.Unmarshal(summary, message))
	// That it can be read as one is what Datadog asks of it.
	read, err := ddsketch.FromProto(message)
	check(err)
	said := sketch{
		Count: read.GetCount(), Zero: message.ZeroCount, Bins: map[int]float64{},
		Gamma: message.Mapping.GetGamma(), Offset: message.Mapping.GetIndexOffset(),
	}
	read.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		if count > 0 {
			said.Bins[index] = count
		}
		return false
	})
	return said
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(reason string) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
