package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// copies tell how complete the copies are, by what the database knows: so it is the
// same in every process, and from the first look of a new one. While the database does
// not answer they go by what it said last.
type copies struct {
	streams      []*stream
	lag, rejects *prometheus.Desc

	mu    sync.Mutex
	known map[string]completeness
}

// completeness is what is known of a copy.
type completeness struct {
	complete time.Time // when it was; zero is not known
	rejected int       // rows in sync_rejects
	looked   bool
}

// lookTime is how long a look at the database may take.
const lookTime = 2 * time.Second

func newCopies(streams []*stream) *copies {
	return &copies{
		streams: streams, known: map[string]completeness{},
		lag: prometheus.NewDesc("syncd_lag_seconds",
			"Time since the copy was last known to be complete, in any process; no value before it was.", []string{"stream"}, nil),
		rejects: prometheus.NewDesc("syncd_rejected_rows",
			"Rows in sync_rejects, which are in no other table.", []string{"stream"}, nil),
	}
}

// Describe is part of prometheus.Collector.
func (c *copies) Describe(into chan<- *prometheus.Desc) { into <- c.lag; into <- c.rejects }

// Collect is part of prometheus.Collector.
func (c *copies) Collect(into chan<- prometheus.Metric) {
	for _, s := range c.streams {
		is := c.look(context.Background(), s)
		if !is.complete.IsZero() {
			into <- prometheus.MustNewConstMetric(c.lag, prometheus.GaugeValue, time.Since(is.complete).Seconds(), s.name)
		}
		if is.looked {
			into <- prometheus.MustNewConstMetric(c.rejects, prometheus.GaugeValue, float64(is.rejected), s.name)
		}
	}
}

// look asks the database about a copy.
func (c *copies) look(ctx context.Context, s *stream) completeness {
	is, err := s.look(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.known[s.name] = is
	}
	return c.known[s.name]
}

// look asks the database about the stream.
func (s *stream) look(ctx context.Context) (is completeness, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer cancel()
	lag, known, err := s.lag(ctx)
	if err != nil {
		return is, err
	}
	if known {
		is.complete = time.Now().Add(-lag)
	}
	is.rejected, err = s.rejects(ctx)
	is.looked = err == nil
	return is, err
}
