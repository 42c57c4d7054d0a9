package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	maxControl = 1 << 20                   // bytes of a body for a control path
	maxAdvance = 10 * 365 * 24 * time.Hour // at a time
)

// routes are the fake and, below /_, the control paths.
func (a *api) routes() http.Handler {
	control := http.NewServeMux()
	control.HandleFunc("GET /_openapi.yaml", a.text("application/yaml", a.openapi))
	control.HandleFunc("GET /_requests", a.listRequests)
	control.HandleFunc("DELETE /_requests", func(w http.ResponseWriter, _ *http.Request) {
		a.fake.ResetRequests()
		w.WriteHeader(http.StatusNoContent)
	})
	control.HandleFunc("GET /_faults", a.listFaults)
	control.HandleFunc("POST /_faults", a.injectFaults)
	control.HandleFunc("DELETE /_faults", func(w http.ResponseWriter, _ *http.Request) {
		a.fake.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	control.HandleFunc("POST /_advance", a.advance)
	control.HandleFunc("GET /_ledger", a.showLedger)
	control.HandleFunc("GET /_events", a.listEvents)
	for path, text := range a.files {
		control.HandleFunc("GET "+path, a.text("application/x-pem-file", text))
	}
	service := a.fake.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/_") {
			defer a.hook.look() // also behind a fault that ends the handler by a panic
			service.ServeHTTP(w, r)
			return
		}
		if _, pattern := control.Handler(r); pattern == "" {
			a.noSuchPath(w, r)
			return
		}
		control.ServeHTTP(w, r)
	})
}

// noSuchPath names the paths that there are.
func (a *api) noSuchPath(w http.ResponseWriter, r *http.Request) {
	paths := []string{
		"GET /_openapi.yaml", "GET and DELETE /_requests", "GET, POST and DELETE /_faults", "POST /_advance", "GET /_ledger", "GET /_events",
	}
	for path := range a.files {
		paths = append(paths, "GET "+path)
	}
	refuse(w, http.StatusNotFound, fmt.Errorf("%s %s is not a control path of %s, there are %s", r.Method, r.URL.Path, a.name, strings.Join(paths, ", ")))
}

func (a *api) text(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, text)
	}
}

func (a *api) listRequests(w http.ResponseWriter, _ *http.Request) {
	out := []masked{}
	for _, r := range a.requests() {
		out = append(out, mask(r))
	}
	answer(w, map[string]any{"requests": out})
}

func (a *api) listFaults(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"kinds": kinds, "operations": a.operations})
}

func (a *api) injectFaults(w http.ResponseWriter, r *http.Request) {
	body, err := readControl(w, r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	faults, err := parseFaults(body, a.operations)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	for _, f := range faults {
		a.inject(f)
	}
	answer(w, map[string]any{"injected": len(faults)})
}

func (a *api) advance(w http.ResponseWriter, r *http.Request) {
	var given struct {
		By string `json:"by"`
	}
	body, err := readControl(w, r)
	if err == nil {
		err = decode(body, &given)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	by, err := time.ParseDuration(given.By)
	if err != nil || by <= 0 {
		refuse(w, http.StatusBadRequest, fmt.Errorf(`by: %q is not a duration above 0 such as "90s" or "24h"`, given.By))
		return
	}
	if by > maxAdvance {
		refuse(w, http.StatusBadRequest, fmt.Errorf("by: must be at most %.0fh", maxAdvance.Hours()))
		return
	}
	a.fake.Advance(by)
	a.hook.look()
	answer(w, map[string]any{"now": a.fake.Now().Format(time.RFC3339Nano)})
}

func (a *api) showLedger(w http.ResponseWriter, _ *http.Request) {
	if a.ledger == nil {
		refuse(w, http.StatusNotFound, fmt.Errorf("%s moves no money and has no ledger; wallet and finik have one", a.name))
		return
	}
	answer(w, a.ledger())
}

func (a *api) listEvents(w http.ResponseWriter, _ *http.Request) {
	if a.hook == nil {
		refuse(w, http.StatusNotFound, fmt.Errorf("%s sends no webhook events; wallet and finik do", a.name))
		return
	}
	out := []map[string]any{}
	for _, e := range a.hook.events() {
		out = append(out, map[string]any{
			"payment_id": e.paymentID, "what": e.what, "body": json.RawMessage(e.body), "sent": e.sent, "acknowledged": e.acknowledged,
		})
	}
	answer(w, map[string]any{"events": out})
}

func readControl(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	if err != nil {
		return nil, errors.New("the body cannot be read, or is larger than 1 MiB")
	}
	return body, nil
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	_ = out.Encode(value)
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	answer(w, map[string]string{"error": err.Error()})
}
