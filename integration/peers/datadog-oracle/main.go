// Maps OTLP metrics with the Datadog Agent's own translator, for comparison with ours.
//
// It reads lines: the first has the settings in JSON, each other one is an ExportMetricsServiceRequest in base64. To each of these it
// answers with a line of JSON: what the translator has made of it, which remembers the requests before.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"log"
	"os"
	"sort"
	"strconv"

	"github.com/DataDog/datadog-agent/pkg/opentelemetry-mapping-go/otlp/attributes"
	"github.com/DataDog/datadog-agent/pkg/opentelemetry-mapping-go/otlp/metrics"
	"github.com/DataDog/datadog-agent/pkg/util/quantile"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.uber.org/zap"
)

type settings struct {
	Histograms   string `json:"histograms"`
	Aggregations bool   `json:"aggregations"`
	Quantiles    bool   `json:"quantiles"`
	Sums         string `json:"sums"`
	Initial      string `json:"initial"`
	Scopes       bool   `json:"scopes"`
}

func (s settings) options() []metrics.TranslatorOption {
	options := []metrics.TranslatorOption{
		metrics.WithHistogramMode(metrics.HistogramMode(s.Histograms)),
		metrics.WithNumberMode(metrics.NumberMode(s.Sums)),
		metrics.WithInitialCumulMonoValueMode(metrics.InitialCumulMonoValueMode(s.Initial)),
	}
	if s.Aggregations {
		options = append(options, metrics.WithHistogramAggregations())
	}
	if s.Quantiles {
		options = append(options, metrics.WithQuantiles())
	}
	if s.Scopes {
		options = append(options, metrics.WithInstrumentationScopeMetadataAsTags())
	}
	return options
}

type point struct {
	Name string   `json:"name"`
	Type string   `json:"type"`
	Host string   `json:"host"`
	Tags []string `json:"tags"`
	Time uint64   `json:"time"`
	// A number, exactly: JSON has no infinity.
	Value string `json:"value,omitempty"`
	// Of a sketch.
	Count int64    `json:"count,omitempty"`
	Basic []string `json:"basic,omitempty"` // min, max, sum, avg
	Keys  []int32  `json:"keys,omitempty"`
	Ns    []uint32 `json:"ns,omitempty"`
}

type points struct{ all []point }

func (p *points) add(dimensions *metrics.Dimensions, kind string, time uint64) *point {
	tags := append([]string{}, dimensions.Tags()...)
	sort.Strings(tags)
	p.all = append(p.all, point{Name: dimensions.Name(), Type: kind, Host: dimensions.Host(), Tags: tags, Time: time})
	return &p.all[len(p.all)-1]
}

func (p *points) ConsumeTimeSeries(
	_ context.Context, dimensions *metrics.Dimensions, kind metrics.DataType, time uint64, _ int64, value float64,
) {
	name, _ := kind.MarshalText()
	p.add(dimensions, string(name), time).Value = text(value)
}

func (p *points) ConsumeSketch(
	_ context.Context, dimensions *metrics.Dimensions, time uint64, _ int64, sketch *quantile.Sketch,
) {
	point := p.add(dimensions, "sketch", time)
	basic := sketch.Basic
	point.Count = basic.Cnt
	point.Basic = []string{text(basic.Min), text(basic.Max), text(basic.Sum), text(basic.Avg)}
	point.Keys, point.Ns = sketch.Cols()
}

func (p *points) ConsumeExplicitBoundHistogram(
	context.Context, *metrics.Dimensions, pmetric.HistogramDataPointSlice,
) {
}

func (p *points) ConsumeExponentialHistogram(
	context.Context, *metrics.Dimensions, pmetric.ExponentialHistogramDataPointSlice,
) {
}

func text(value float64) string {
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	if !lines.Scan() {
		log.Fatal("no settings")
	}
	var settings settings
	check(json.Unmarshal(lines.Bytes(), &settings))
	telemetry := component.TelemetrySettings{Logger: zap.NewNop(), MeterProvider: noop.NewMeterProvider()}
	attributes, err := attributes.NewTranslator(telemetry)
	check(err)
	translator, err := metrics.NewDefaultTranslator(telemetry, attributes, settings.options()...)
	check(err)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		bytes, err := base64.StdEncoding.DecodeString(lines.Text())
		check(err)
		request := pmetricotlp.NewExportRequest()
		check(request.UnmarshalProto(bytes))
		points := &points{all: []point{}}
		_, err = translator.MapMetrics(context.Background(), request.Metrics(), points, nil)
		check(err)
		check(out.Encode(points.all))
	}
	check(lines.Err())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
