package wallettest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// The first ids that the server makes up.
const (
	firstID   = 1401089240377 // above 32 bits, as in the documentation
	firstCard = 7223
)

// store is the state of the service. Its methods require the lock.
type store struct {
	mu       sync.Mutex
	config   config
	accounts map[string]*account
	services map[int]*Service
	cards    []*card
	payments []*payment
	byClient map[string]*payment // by wallet and client_payment_id
	byID     map[int64]*payment
	ledger   []Transfer
	outbox   fakeapi.Outbox[Event]
	tokens   map[string]caller
	issued   int
	reports  []wallet.BestTransferReport
	best     []*bestTransfer
	bills    []wallet.SendBillRequest
	nextCard int64
	changes  int
}

// account is a wallet with its present balance.
type account struct {
	Wallet

	balance decimal.Decimal
}

// card is a stored card with its owner.
type card struct {
	Card

	owner string // phone
}

// payment is a payment of the service.
type payment struct {
	id        int64
	clientID  string
	owner     *account // nil if a card pays for somebody without a wallet
	kind      wallet.Type
	status    wallet.Status
	reason    wallet.DeclineReason
	amount    decimal.Decimal
	total     *decimal.Decimal
	service   *Service
	values    map[string]string
	to        *account
	message   string
	card      *card
	storeCard bool
	page      bool // the user has to enter the card
	created   time.Time
	processed time.Time
	unseen    bool
	reads     int // while it was processing
	changed   int // place in the order of changes
}

// newStore returns a store with the default wallets and services.
func newStore(c config) *store {
	s := &store{
		config: c, accounts: map[string]*account{}, services: map[int]*Service{},
		byClient: map[string]*payment{}, byID: map[int64]*payment{}, tokens: map[string]caller{},
		nextCard: firstCard,
	}
	s.addWallet(Wallet{Phone: DefaultPhone, Balance: decimal.MustNew(10000, 0)})
	s.addWallet(Wallet{Phone: OtherPhone})
	s.addService(Service{
		ID: ServiceMobile, Name: "Mobile", Min: decimal.MustNew(1, 0), Max: decimal.MustNew(15000, 0), Fee: decimal.MustNew(3, 0),
		Parameters: []wallet.Parameter{{
			ID: "phoneNumber", Title: "Phone", Type: "phone", IsRequired: new(true),
			MinLength: new(12), MaxLength: new(12), Pattern: `^\+7[0-9]{10}$`, PatternDesc: "a plus sign, 7 and ten digits",
		}},
	})
	s.addService(Service{ID: ServiceBank, Name: "Мультибанк", NeedsUpdate: true, Parameters: []wallet.Parameter{
		{ID: "phoneNumber", Title: "№ Телефона (10 цифр)"},
		{ID: "BIK", Title: "БИК"},
		{ID: "Name", Title: "Имя Отправителя"},
		{ID: "SName", Title: "Отчество Отправителя"},
		{ID: "Fam", Title: "Фамилия Отправителя"},
	}})
	return s
}

// addWallet adds or replaces a wallet.
func (s *store) addWallet(w Wallet) {
	if w.Password == "" {
		w.Password = DefaultPassword
	}
	s.accounts[w.Phone] = &account{Wallet: w, balance: w.Balance}
}

// addService adds or replaces a service.
func (s *store) addService(v Service) {
	if v.Max.IsZero() {
		v.Max = decimal.MustNew(1_000_000, 0)
	}
	v.Parameters = slices.Clone(v.Parameters)
	s.services[v.ID] = &v
}

// find returns a payment, and panics if no payment has this id.
func (s *store) find(id int64) *payment {
	p := s.byID[id]
	if p == nil {
		panic(fmt.Sprintf("wallettest: there is no payment %d", id))
	}
	return p
}

// finish brings a payment to an end and adds the webhook event.
func (s *store) finish(p *payment, to wallet.Status, reason wallet.DeclineReason, what wallet.EventType) {
	from := p.status
	p.status, p.reason, p.processed, p.unseen = to, reason, s.config.clock.Tick(), true
	s.touch(p)
	s.event(p, from, what)
}

// touch moves a payment to the front of the list.
func (s *store) touch(p *payment) {
	s.changes++
	p.changed = s.changes
}

// unseen counts an owner's payments that no list has returned.
func (s *store) unseen(owner *account) (n int) {
	for _, p := range s.payments {
		if p.owner == owner && p.unseen {
			n++
		}
	}
	return n
}
