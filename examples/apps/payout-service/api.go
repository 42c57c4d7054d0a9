package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

type service struct {
	config

	db       *sql.DB
	postgres bool
	journal  *finikjournal.Journal
	hook     finik.Webhook
	log      *slog.Logger
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /payouts", s.post)
	mux.HandleFunc("GET /payouts/{reference}", s.get)
	mux.HandleFunc("POST /payouts/{reference}/settle", s.settle)
	mux.HandleFunc("POST /accounts/{account}/pause", s.gate((*finikjournal.Journal).Pause))
	mux.HandleFunc("POST /accounts/{account}/resume", s.gate((*finikjournal.Journal).Resume))
	mux.HandleFunc("GET /unsettled", s.unsettled)
	mux.Handle("POST /webhooks/finik", s.journal.Webhook(s.hook))
	mux.HandleFunc("GET /healthz", s.health)
	registry := prometheus.NewRegistry()
	registry.MustRegister(&collector{s.journal})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

// order is the body of a POST to /payouts.
type order struct {
	Reference string            `json:"reference"`
	Service   string            `json:"service"`
	Fields    map[string]string `json:"fields"`
}

// payout is a payout in an answer.
type payout struct {
	Reference   string                `json:"reference"`
	State       finikjournal.State    `json:"state"`
	Amount      string                `json:"amount"`
	Transaction string                `json:"transactionId"`
	Payment     string                `json:"paymentId,omitempty"`
	Cause       string                `json:"cause,omitempty"`
	Question    string                `json:"question,omitempty"`
	History     []finikjournal.Change `json:"history,omitempty"`
}

func shown(e finikjournal.Entry) payout {
	return payout{Reference: e.Reference, State: e.State, Amount: e.Amount.String(), Transaction: e.TransactionID, Payment: e.PaymentID, Cause: e.Cause}
}

// post stores an order and its payout in one transaction. It answers 201 for a new one and
// 200 for a repeat.
func (s *service) post(w http.ResponseWriter, r *http.Request) {
	var o order
	if !read(w, r, &o) {
		return
	}
	fields := finik.Fields{}
	for name, value := range o.Fields {
		fields[name] = value
	}
	ctx := r.Context()
	var e finikjournal.Entry
	var added bool
	err := s.within(ctx, func(tx *sql.Tx) (err error) {
		// The write comes first: a transaction on SQLite must not read before.
		if _, err = tx.ExecContext(ctx, s.bind(`INSERT INTO orders (reference, state) VALUES (?, 'open') ON CONFLICT (reference) DO NOTHING`), o.Reference); err != nil {
			return err
		}
		e, added, err = s.journal.Add(ctx, tx, finikjournal.Payout{Reference: o.Reference, Account: s.account, User: s.user, Service: o.Service, Fields: fields})
		return err
	})
	status := http.StatusOK
	if added {
		status = http.StatusCreated
	}
	s.answer(w, status, shown(e), err)
}

func (s *service) within(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// settled is called by OnSettle: it writes the state of the order with the payout's end.
func (s *service) settled(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
	_, err := tx.ExecContext(ctx, s.bind(`UPDATE orders SET state = ? WHERE reference = ?`), string(e.State), e.Reference)
	return err
}

func (s *service) get(w http.ResponseWriter, r *http.Request) {
	e, err := s.journal.Get(r.Context(), r.PathValue("reference"))
	p := shown(e)
	if err == nil {
		p.History, err = s.journal.History(r.Context(), e.Reference)
	}
	s.answer(w, http.StatusOK, p, err)
}

func (s *service) settle(w http.ResponseWriter, r *http.Request) {
	var d struct {
		As        finikjournal.State `json:"as"`
		PaymentID string             `json:"paymentId"`
		By        string             `json:"by"`
		Reason    string             `json:"reason"`
	}
	if !read(w, r, &d) {
		return
	}
	e, err := s.journal.Settle(r.Context(), r.PathValue("reference"), d.As, d.PaymentID, finikjournal.Act{By: d.By, Reason: d.Reason})
	s.answer(w, http.StatusOK, shown(e), err)
}

func (s *service) gate(act func(*finikjournal.Journal, context.Context, string, finikjournal.Act) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var d struct {
			By     string `json:"by"`
			Reason string `json:"reason"`
		}
		if !read(w, r, &d) {
			return
		}
		s.answer(w, http.StatusOK, struct{}{}, act(s.journal, r.Context(), r.PathValue("account"), finikjournal.Act{By: d.By, Reason: d.Reason}))
	}
}

func (s *service) unsettled(w http.ResponseWriter, r *http.Request) {
	list := []payout{}
	for e, err := range s.journal.Unsettled(r.Context()) {
		if err != nil {
			s.answer(w, 0, nil, err)
			return
		}
		p := shown(e)
		p.Question = e.Question()
		list = append(list, p)
	}
	s.answer(w, http.StatusOK, list, nil)
}

func (s *service) health(w http.ResponseWriter, r *http.Request) {
	_, err := s.journal.Stats(r.Context())
	s.answer(w, http.StatusOK, map[string]string{"status": "ok"}, err)
}

// event logs the events that a person should see at once.
func (s *service) event(e finikjournal.Event) {
	switch e.Kind {
	case finikjournal.EventTripped, finikjournal.EventUnstored, finikjournal.EventTrouble:
		s.log.Warn(string(e.Kind), "payout", e.Entry, "payment_id", e.PaymentID, "code", e.Code, "error", e.Err)
	case finikjournal.EventMoved, finikjournal.EventFenced:
	}
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		http.Error(w, "the body is not the JSON that is wanted", http.StatusBadRequest)
		return false
	}
	return true
}

// answer writes body with status, or the text and the status of err.
func (s *service) answer(w http.ResponseWriter, status int, body any, err error) {
	if err != nil {
		status = http.StatusInternalServerError
		for known, code := range map[error]int{
			finikjournal.ErrInvalidRequest: http.StatusBadRequest, finikjournal.ErrNotFound: http.StatusNotFound,
			finikjournal.ErrConflict: http.StatusConflict, finikjournal.ErrState: http.StatusConflict, finikjournal.ErrBusy: http.StatusServiceUnavailable,
		} {
			if errors.Is(err, known) {
				status = code
			}
		}
		text := err.Error()
		if status == http.StatusInternalServerError {
			s.log.Error("a request failed", "error", err)
			text = "the request failed"
		}
		body = map[string]string{"error": text}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// bind writes placeholders as the database wants them; there are two at most.
func (s *service) bind(statement string) string {
	if !s.postgres {
		return statement
	}
	return strings.Replace(strings.Replace(statement, "?", "$1", 1), "?", "$2", 1)
}
