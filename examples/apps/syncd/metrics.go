package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
)

// metrics are those of this process, in a registry of its own. The values of all
// labels are known when it starts.
type metrics struct {
	registry *prometheus.Registry

	passes, rows, pages, fenced, errors *prometheus.CounterVec
	success                             *prometheus.GaugeVec
	copies                              *copies
	duration                            *prometheus.HistogramVec
}

func newMetrics(streams []*stream) *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.passes = m.counter("syncd_passes_total", "Passes by how they ended.", "stream", "outcome")
	m.rows = m.counter("syncd_rows_total", "Rows by what became of them; a rejected one counts each time it is read.", "stream", "result")
	m.pages = m.counter("syncd_pages_total", "Pages that were stored.", "stream")
	m.fenced = m.counter("syncd_fenced_commits_total", "Commits that came too late because another process had moved on: no error.", "stream")
	m.errors = m.counter("syncd_errors_total", "Passes that failed or rejected rows, by what went wrong.", "stream", "class")
	m.copies = newCopies(streams)
	m.registry.MustRegister(m.copies)
	m.success = m.gauge("syncd_last_success_timestamp_seconds", "When this process has last made a good pass; 0 is never.", "stream")
	m.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "syncd_pass_duration_seconds", Help: "How long passes took.",
		Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300},
	}, []string{"stream"})
	m.registry.MustRegister(m.duration)
	for _, s := range streams {
		m.begin(s.name)
	}
	return m
}

// begin makes the series of a stream, so that they are there before anything
// happens.
func (m *metrics) begin(stream string) {
	for _, o := range outcomes() {
		m.passes.WithLabelValues(stream, string(o))
	}
	for _, c := range explain.Classes() {
		m.errors.WithLabelValues(stream, string(c))
	}
	m.count(stream, result{})
	m.fenced.WithLabelValues(stream)
	m.success.WithLabelValues(stream)
	m.duration.WithLabelValues(stream)
}

func (m *metrics) passed(stream string, r result, o outcome, took time.Duration) {
	m.passes.WithLabelValues(stream, string(o)).Inc()
	m.duration.WithLabelValues(stream).Observe(took.Seconds())
	m.count(stream, r)
	if o == outcomeFenced {
		m.fenced.WithLabelValues(stream).Inc()
	}
	if o.good() {
		m.success.WithLabelValues(stream).SetToCurrentTime()
	}
}

func (m *metrics) count(stream string, r result) {
	for name, n := range map[string]int{"inserted": r.Inserted, "updated": r.Updated, "unchanged": r.Unchanged, "rejected": r.Rejected} {
		m.rows.WithLabelValues(stream, name).Add(float64(n))
	}
	m.pages.WithLabelValues(stream).Add(float64(r.Pages))
}

func (m *metrics) failed(stream string, c explain.Class) {
	m.errors.WithLabelValues(stream, string(c)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

func (m *metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

func (m *metrics) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}
