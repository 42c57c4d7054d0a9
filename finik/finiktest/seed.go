package finiktest

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// The data that a server starts with.
const (
	DefaultAPIKey    = "master-00000000000000000000000000000000"
	DefaultAccountID = "account-1"     // with 100,000 som
	DefaultUserID    = "user-1"        // may debit DefaultAccountID
	DefaultPhone     = "+996000000001" // the recipient that ServiceFinik knows

	// CategoryKyrgyzstan is the parent of ServiceMobile and of some of the
	// unnamed services.
	CategoryKyrgyzstan = "kyrgyzstan"

	ServiceFinik  = "finik"  // synchronous; fields phone and amount; knows DefaultPhone only
	ServiceMobile = "mobile" // asynchronous; phone, amount from 10 to 15,000, and a hidden code
	ServiceBank   = "bank"   // asynchronous; account.value.persacc, total, qp_comment, and a hidden service

	// ServiceMobileCode is the fixed value of the field code of ServiceMobile.
	ServiceMobileCode = "77"

	moreServices = 57 // besides these three
)

// User is a user on whose behalf payments are made.
type User struct {
	ID       string // UserID of a request for a payment
	Disabled bool   // true: requests for payments are refused with 400
}

// Account is an account that payments debit.
type Account struct {
	ID      string          // AccountID of a request for a payment
	UserIDs []string        // who may debit the account; nobody if it is nil
	Balance decimal.Decimal // in som, when the account is added
}

// Service is a service of the gateway. A payment to a service whose Status is
// not ENABLED is refused with 502.
type Service struct {
	finik.Service

	Sync   bool // true (synchronous): payments are final at once; false (asynchronous): they are pending at first
	Strict bool // true: only recipients from AddRecipient are known; false: every recipient is
}

// Recipient is a recipient that a service knows.
type Recipient struct {
	ServiceID string // id of the service
	Value     string // the phone or account: the value of the service's first field that is neither hidden nor an amount
	Name      string // in the answer to CheckRecipient; "" leaves it out
	Blocked   bool   // true: checks and payments are refused with 403
}

// AddUser adds a user, without a check of the user's fields. A user with the
// same ID is replaced.
func (s *Server) AddUser(u User) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.users[u.ID] = u
}

// AddAccount adds an account, without a check of its fields. An account with the
// same ID is replaced, its balance included; refunds of payments made before do
// not reach the new account. Do not change a.UserIDs afterwards.
func (s *Server) AddAccount(a Account) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addAccount(a)
}

// AddService adds a service at the end of the list, without a check of the
// service's fields. A service with the same ID is replaced, and the new one
// takes its place in the list. If v.Raw is not nil, the list shows v.Raw in
// place of the fields.
func (s *Server) AddService(v Service) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if old := s.store.service(v.ID); old != nil {
		*old = v
		return
	}
	s.store.services = append(s.store.services, &v)
}

// RemoveService removes the service with this id from the list. The server then
// refuses payments and checks of recipients for this service with 400. An
// unknown id changes nothing.
func (s *Server) RemoveService(id string) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	kept := s.store.services[:0]
	for _, v := range s.store.services {
		if v.ID != id {
			kept = append(kept, v)
		}
	}
	s.store.services = kept
}

// Services returns copies of all services, with any status, in the order of the
// list. The copies share their slices with the server: do not change the
// slices.
func (s *Server) Services() []Service {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	out := make([]Service, len(s.store.services))
	for i, v := range s.store.services {
		out[i] = *v
	}
	return out
}

// AddRecipient adds a recipient, without a check of its fields: the service need
// not exist. A recipient with the same ServiceID and Value is replaced.
func (s *Server) AddRecipient(r Recipient) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.recipients[r.ServiceID+" "+r.Value] = r
}

// Seed adds n accounts with the ids "seed-1", "seed-2" and so on, which
// [DefaultUserID] may debit, and returns them. Accounts with these ids are
// replaced. The balances are made up, from 100 to 99,999.99 som. The same seed
// makes the same accounts. n may be 0; a negative n panics.
func (s *Server) Seed(seed uint64, n int) []Account {
	random := fakeapi.NewRand(seed, 0)
	out := make([]Account, n)
	for i := range out {
		out[i] = Account{
			ID:      fmt.Sprintf("seed-%d", i+1),
			UserIDs: []string{DefaultUserID},
			Balance: decimal.MustNew(10_000+random.Int64N(9_990_000), 2),
		}
		s.AddAccount(out[i])
	}
	return out
}

func defaultServices() []Service {
	phone := finik.RequiredField{
		FieldID: "phone", LabelEN: "Phone", LabelKY: "Телефон", LabelRU: "Номер телефона", KeyboardType: finik.KeyboardTypePhone,
		InputMask: "+996 [000] [000] [000]", MinLength: 13, MaxLength: 13, Prefix: "+996", OrderNumber: new(1),
	}
	amount := finik.RequiredField{
		FieldID: "amount", LabelEN: "Amount", LabelKY: "Сумма", LabelRU: "Сумма", KeyboardType: finik.KeyboardTypeMoney,
		MinLength: 1, MaxLength: 12, OrderNumber: new(2),
	}
	hidden := func(id, value string) finik.RequiredField {
		return finik.RequiredField{FieldID: id, KeyboardType: finik.KeyboardTypeText, Value: value, IsHidden: new(true), OrderNumber: new(9)}
	}
	persacc, total, comment := phone, amount, phone
	persacc.FieldID, persacc.LabelEN, persacc.LabelRU, persacc.KeyboardType = "account.value.persacc", "Account", "Номер счёта", finik.KeyboardTypeText
	persacc.MinLength, persacc.MaxLength, persacc.InputMask, persacc.Prefix = 16, 16, "", ""
	total.FieldID = "total"
	comment.FieldID, comment.LabelEN, comment.LabelRU, comment.KeyboardType = "qp_comment", "Comment", "Комментарий", finik.KeyboardTypeText
	comment.MinLength, comment.MaxLength, comment.InputMask, comment.Prefix, comment.OrderNumber = 1, 100, "", "", new(3)

	out := []Service{
		{Sync: true, Strict: true, Service: service(ServiceFinik, "transfers", "Finik", "Финик", 1, 100_000, phone, amount)},
		{Service: service(ServiceMobile, CategoryKyrgyzstan, "Mobile", "Мобильная связь", 10, 15_000, phone, amount, hidden("code", ServiceMobileCode))},
		{Service: service(ServiceBank, "transfers", "Bank transfer", "Банковский перевод", 1, 500_000, persacc, total, comment, hidden("service", "12"))},
	}
	random := fakeapi.NewRand(2026, 0)
	for i := range moreServices {
		v := service(fmt.Sprintf("service-%d", i+1), fakeapi.Pick(random, CategoryKyrgyzstan, "utilities", "internet", "games"),
			fmt.Sprintf("Service %d", i+1), fmt.Sprintf("Услуга %d", i+1), 1, 1_000*(1+random.Int64N(50)), phone, amount)
		switch {
		case i%10 == 4:
			v.Status = finik.ServiceStatusDisabled
		case i%10 == 9:
			v.Status = finik.ServiceStatusInactive
		}
		v.PopularityScore = fmt.Sprint(1000 - i)
		out = append(out, Service{Service: v})
	}
	return out
}

func service(id, parent, en, ru string, lowest, highest int64, fields ...finik.RequiredField) finik.Service {
	return finik.Service{
		ID: id, ParentID: parent, NameEN: en, NameKY: ru, NameRU: ru, Country: "KG", Logo: finik.Logo{URL: "https://example.com/" + id + ".png"},
		MinAmount: new(decimal.MustNew(lowest, 0)), MaxAmount: new(decimal.MustNew(highest, 0)),
		Status: finik.ServiceStatusEnabled, PopularityScore: "5000", RequiredFields: fields,
	}
}
