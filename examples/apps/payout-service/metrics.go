package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/payclients/payclients-go/finik/finikjournal"
)

// collector reads Stats at each scrape and returns metrics.
type collector struct{ journal *finikjournal.Journal }

var (
	openPayouts = prometheus.NewDesc("payouts_open", "Payouts that are not at their end, by state.", []string{"state"}, nil)
	openOldest  = prometheus.NewDesc("payouts_open_oldest_seconds", "Age of the oldest of them.", []string{"state"}, nil)
	flagged     = prometheus.NewDesc("payouts_flagged", "Payouts that a person should look at because of a flag.", nil, nil)
	gateOpen    = prometheus.NewDesc("payouts_account_open", "1 where payouts of the account may be sent; the empty account is the whole book.", []string{"account"}, nil)
	strangers   = prometheus.NewDesc("payouts_strangers_total", "Webhook events about payments that the journal does not have.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{openPayouts, openOldest, flagged, gateOpen, strangers} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s, err := c.journal.Stats(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(openPayouts, err)
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, state := range []finikjournal.State{finikjournal.Held, finikjournal.Queued, finikjournal.Sending, finikjournal.Waiting, finikjournal.Unknown} {
		gauge(openPayouts, float64(s.Open[state].Count), string(state))
		gauge(openOldest, s.Open[state].Oldest.Seconds(), string(state))
	}
	for _, g := range s.Gates {
		open := 0.0
		if g.Open {
			open = 1
		}
		gauge(gateOpen, open, g.Account)
	}
	gauge(flagged, float64(s.Flagged))
	to <- prometheus.MustNewConstMetric(strangers, prometheus.CounterValue, float64(s.Strangers))
}
