package finiktest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// store is the state of the service. The caller of its methods holds mu.
type store struct {
	mu         sync.Mutex
	config     config
	random     *rand.Rand // for WithRandomOutcomes
	users      map[string]User
	accounts   map[string]*account
	services   []*Service
	recipients map[string]Recipient // by service id and value
	payments   []*payment
	ledger     []Transfer
	outbox     fakeapi.Outbox[Event]
	pending    []*payment // in order of creation; some may be final
}

type account struct {
	Account

	balance decimal.Decimal
}

type payment struct {
	id            string
	transactionID string
	status        finik.Status
	code          int
	message       string
	account       *account
	userID        string
	service       *Service
	fields        map[string]any
	amount        decimal.Decimal
	requested     time.Time
	ended         time.Time
	reads         int // reads before it became final
}

func newStore(c config) *store {
	s := &store{
		config: c, random: fakeapi.NewRand(c.seed, 1),
		users: map[string]User{}, accounts: map[string]*account{}, recipients: map[string]Recipient{},
	}
	s.users[DefaultUserID] = User{ID: DefaultUserID}
	s.addAccount(Account{ID: DefaultAccountID, UserIDs: []string{DefaultUserID}, Balance: decimal.MustNew(100_000, 0)})
	for _, service := range defaultServices() {
		s.services = append(s.services, &service)
	}
	s.recipients[ServiceFinik+" "+DefaultPhone] = Recipient{ServiceID: ServiceFinik, Value: DefaultPhone, Name: "T. P."}
	return s
}

func (s *store) addAccount(a Account) {
	s.accounts[a.ID] = &account{a, a.Balance}
}

func (s *store) service(id string) *Service {
	for _, service := range s.services {
		if service.ID == id {
			return service
		}
	}
	return nil
}

// find returns the newest payment with a transaction id, nil if there is none.
// With WithUnguardedIDs there may be several.
func (s *store) find(transactionID string) *payment {
	for i := len(s.payments) - 1; i >= 0; i-- {
		if s.payments[i].transactionID == transactionID {
			return s.payments[i]
		}
	}
	return nil
}

func (s *store) byID(id string) *payment {
	for _, p := range s.payments {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (s *store) must(id string) *payment {
	p := s.byID(id)
	if p == nil {
		panic(fmt.Sprintf("finiktest: no payment has the id %q", id))
	}
	return p
}

// end makes a payment final and adds its event. A final payment does not change.
func (s *store) end(p *payment, at time.Time, status finik.Status, code int, message string) {
	if p.status.Final() {
		return
	}
	p.status, p.code, p.message, p.ended = status, code, message, at
	if status != finik.StatusSucceeded {
		s.move(p, TransferRefund)
	}
	s.event(p)
}

// pass makes payments final whose processing time has passed.
func (s *store) pass() {
	for s.config.delay > 0 && len(s.pending) > 0 {
		at := s.pending[0].requested.Add(s.config.delay)
		if s.config.clock.Now().Before(at) {
			return
		}
		s.outcome(s.pending[0], at)
		s.pending = s.pending[1:]
	}
}

// settle counts a read of a payment, which may make it final.
func (s *store) settle(p *payment) {
	if p.status.Final() {
		return
	}
	p.reads++
	switch {
	case s.config.reads >= 0 && p.reads > s.config.reads:
		s.outcome(p, s.config.clock.Now())
	case p.reads > 1:
		p.status = finik.StatusProcessing
	}
}

// outcome makes a payment final, usually as succeeded.
func (s *store) outcome(p *payment, at time.Time) {
	if s.config.random && fakeapi.Chance(s.random, 0.3) {
		s.end(p, at, fakeapi.Pick(s.random, finik.StatusFailed, finik.StatusCanceled), 502, "Service provider is unavailable.")
		return
	}
	s.end(p, at, finik.StatusSucceeded, 200, "")
}

// newID returns the next payment id, in the service's format.
func (s *store) newID() string {
	n := len(s.payments) + 1
	return fmt.Sprintf("%d_00000000-0000-4000-8000-%012d_CREDIT", 1_700_000_000+n, n)
}

func millis(t time.Time) int64 { return t.UnixMilli() }

// amountField returns the key of the service's amount.
func (v *Service) amountField() string {
	for _, f := range v.RequiredFields {
		if isMoney(f) {
			return f.FieldID
		}
	}
	return "amount"
}

// recipientField returns the key of the field that names the recipient, "" if
// there is none.
func (v *Service) recipientField() string {
	for _, f := range v.RequiredFields {
		if !isMoney(f) && !hidden(f) {
			return f.FieldID
		}
	}
	return ""
}

func hidden(f finik.RequiredField) bool { return f.IsHidden != nil && *f.IsHidden }

func isMoney(f finik.RequiredField) bool {
	return strings.EqualFold(string(f.KeyboardType), string(finik.KeyboardTypeMoney))
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
