package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
)

func record(h http.HandlerFunc) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h(w, httptest.NewRequest(http.MethodGet, "/", nil))
	return w
}

func TestOnlyListedAttributesAreLogged(t *testing.T) {
	t.Parallel()
	text := new(locked)
	log := newLogger(text, slog.LevelInfo)
	log.With("key", "secret").WithGroup("group").Info("one", "stream", "secret", "url", "secret")
	log.Info("two", "stream", "vima", "body", "secret", "duration", 1234567*time.Microsecond, slog.Group("row", "stream", "secret"))
	quiet(log).Info("three")
	quiet(log).With("job_id", 5).Warn("four", "args", "secret")
	log.Debug("five")
	assert.NotContains(t, text.String(), "secret")
	all := lines(t, text.String())
	require.Len(t, all, 3)
	delete(all[1], "time")
	assert.Equal(t, map[string]any{"level": "INFO", "msg": "two", "stream": "vima", "duration": "1.235s"}, all[1])
	assert.Equal(t, "four", all[2]["msg"])
	assert.InDelta(t, 5, all[2]["job_id"], 0)
}

// The doc lists metrics and the values of their labels, all of which are there
// from the start.
func TestTheDocListsTheMetrics(t *testing.T) {
	t.Parallel()
	doc, _, ok := strings.Cut(read(t, "main.go"), "package main")
	require.True(t, ok)
	m := newMetrics([]*stream{stub(nil)})
	families, err := m.registry.Gather()
	require.NoError(t, err)
	listed := strings.Count(doc, "\n//\tsyncd_")
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "syncd_") {
			continue
		}
		listed--
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			if l.GetName() == "stream" {
				labels = append([]string{"stream"}, labels...)
			} else {
				labels = append(labels, l.GetName())
			}
		}
		assert.Contains(t, doc, "//\t"+f.GetName()+"{"+strings.Join(labels, ",")+"}")
		for _, series := range f.GetMetric() {
			for _, l := range series.GetLabel() {
				if l.GetName() != "stream" {
					assert.Contains(t, doc, l.GetValue())
				}
			}
		}
	}
	assert.Zero(t, listed)
	before := len(record(m.handler().ServeHTTP).Body.String())
	m.passed("vima", result{Pages: 1, Lag: time.Second}, outcomePartial, time.Second)
	m.failed("vima", explain.Other)
	after := record(m.handler().ServeHTTP).Body.String()
	assert.InDelta(t, before, len(after), 500, "no new series")
	assert.Contains(t, after, `syncd_pass_duration_seconds_count{stream="vima"} 1`)
}
