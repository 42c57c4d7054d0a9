package main

import (
	"fmt"
	"time"
)

// paceWorkers are the numbers of workers that are measured.
var paceWorkers = []int{1, 4, 16}

// pace measures walks by day at each latency, where the latency and the number of
// workers decide, and not the decoder.
func pace(latencies []time.Duration, operations, n int) (table, error) {
	var t table
	header := []string{"latency", "client"}
	for _, workers := range paceWorkers {
		header = append(header, fmt.Sprintf("%d workers, s", workers))
	}
	header[2] = "1 worker, s"
	t.add(header...)
	for _, latency := range latencies {
		rows, err := paceRows(latency, operations, n)
		if err != nil {
			return nil, err
		}
		t = append(t, rows...)
	}
	return t, nil
}

func paceRows(latency time.Duration, operations, n int) (table, error) {
	c, err := startCollector(operations, latency)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	rows := make(table, len(paced))
	for _, workers := range paceWorkers {
		all, err := rounds(paced, n, c.url, operations, workers)
		if err != nil {
			return nil, err
		}
		for i, s := range all {
			if rows[i] == nil {
				rows[i] = []string{latency.String(), s.name}
			}
			rows[i] = append(rows[i], fmt.Sprintf("%.2f", s.wall().median))
		}
	}
	return rows, nil
}
