package main

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// plan says what is made up. The same plan gives the same two sides.
type plan struct {
	operations int
	seed       uint64
}

// finding is an entry in short: the kinds, the key and the sides that have it.
type finding struct{ kinds, key, sides string }

// planted is a difference with all that it is to be found as.
type planted struct {
	what     string
	expected []finding
}

// paired is an operation with what PayShack has of it: a row, unless something
// was planted, or none.
type paired struct {
	operation *vima.Operation
	rows      [][]string
}

// exportColumns are those of the made-up file. The last one is there to be left
// alone.
var exportColumns = []string{"client_operation_id", "payshack_id", "amount", "currency", "status", "created_at", "type", "customer_email"}

const (
	inKey    = 0
	inAmount = 2
	inCode   = 3
	inStatus = 4
	inType   = 6
)

// garden is where differences are planted.
type garden struct {
	random *rand.Rand
	pairs  []paired
	free   []int // places of pairs in which nothing was planted
	extra  [][]string
	all    []planted
}

// bare is what an operation without an amount is found as. Some come by
// themselves.
const bare = "no amount on either side"

// newGarden makes up both sides and the differences between them.
func newGarden(p plan) *garden {
	g := &garden{random: rand.New(rand.NewPCG(p.seed, 1))}
	for i, o := range vimatest.Generate(vimatest.Plan{Operations: p.operations, Seed: p.seed, From: vima.Date{Year: 2026, Month: time.January, Day: 15}}) {
		g.pairs = append(g.pairs, paired{o, [][]string{exported(i, o)}})
	}
	for _, place := range g.random.Perm(len(g.pairs)) {
		if p := &g.pairs[place]; p.rows[0][inAmount] != "" {
			g.free = append(g.free, place)
		} else {
			g.all = append(g.all, planted{bare, []finding{{"no amount", p.key(), "vima, payshack"}}})
		}
	}
	times := max(1, p.operations/400)
	for _, s := range seeds {
		for range times {
			s.plant(g, s.what)
		}
	}
	return g
}

// exported is an operation as PayShack has it, in its own words.
func exported(i int, o *vima.Operation) []string {
	amount, currency, known := o.Amount()
	text := ""
	if known {
		text = amount.Trim(2).String() // 1.50 for 1.50000000
	}
	of, _ := vimaClasses().of(string(o.Outcome()))
	status := map[class]string{success: "SUCCESS", failed: "FAILED", pending: "PENDING"}[of]
	kind, _ := vimaTypes().of(o.CreateParams.Method)
	return []string{
		o.ClientOperationID, fmt.Sprintf("PS%07d", i), text, currency, status,
		o.OperationCreatedAt.Add(800 * time.Millisecond).Format(time.DateTime), strings.ToUpper(string(kind)), "payer@example.com",
	}
}

// sync serves the operations and lets vimasync store them.
func (g *garden) sync(ctx context.Context, db *sql.DB, dialect vimasync.Dialect) error {
	srv := vimatest.NewServer()
	defer srv.Close()
	for _, p := range g.pairs {
		srv.Seed(p.operation)
	}
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		return err
	}
	store, err := vimasync.NewSQLStore(db, dialect, vimasync.KeepRaw(false))
	if err != nil {
		return err
	}
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	_, err = vimasync.RunOnce(ctx, client, store, vimasync.Params{})
	return err
}

// export writes PayShack's rows, in no order.
func (g *garden) export(to io.Writer) error {
	rows := slices.Clone(g.extra)
	for _, p := range g.pairs {
		rows = append(rows, p.rows...)
	}
	g.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return csv.NewWriter(to).WriteAll(append([][]string{exportColumns}, rows...))
}

// seed plants a difference, if there is room.
type seed struct {
	what  string
	plant func(*garden, string)
}

// seeds are the differences that are planted, in the order of the table.
var seeds = []seed{
	{"left out of the file", func(g *garden, what string) {
		g.alter(what, nil, func(p *paired) []finding {
			p.rows = nil
			return []finding{{"missing in payshack", p.key(), "vima"}}
		})
	}},
	{"made up in the file", func(g *garden, what string) {
		key := "99" + strconv.Itoa(1_000_000_000+len(g.extra))
		g.extra = append(g.extra, []string{key, "PS9", "12.50", "INR", "SUCCESS", "2026-01-15 12:00:00", "PAYMENT", "payer@example.com"})
		g.all = append(g.all, planted{what, []finding{{"missing in vima", key, "payshack"}}})
	}},
	{"another amount", pairwise("amount", nil, raiseAmount)},
	{"no amount in the file", pairwise("no amount", nil, func(r []string) { r[inAmount] = "" })},
	{"another currency", pairwise("currency", nil, func(r []string) { r[inCode] = otherThan(r[inCode], "INR", "USD") })},
	{"another status", pairwise("status", nil, changeStatus)},
	{"another amount and status", pairwise("amount+status", nil, func(r []string) { raiseAmount(r); changeStatus(r) })},
	{"another type", pairwise("type", func(p *paired) bool { return p.rows[0][inType] != "" }, func(r []string) { r[inType] = otherThan(r[inType], "PAYOUT", "REFUND") })},
	{"an amount that is none", pairwise("unreadable", nil, func(r []string) { r[inAmount] = "1,234.50" })},
	{"a status that is not known", pairwise("unreadable", nil, func(r []string) { r[inStatus] = "ON_HOLD" })},
	{"a row without a key", func(g *garden, what string) {
		g.alter(what, nil, func(p *paired) []finding {
			p.rows[0][inKey] = ""
			return []finding{{"missing in payshack", p.key(), "vima"}, {"unreadable", "", "payshack"}}
		})
	}},
	{"a row with a cell too many", func(g *garden, what string) {
		g.alter(what, nil, func(p *paired) []finding {
			p.rows[0] = append(p.rows[0], "")
			return []finding{{"missing in payshack", p.key(), "vima"}, {"unreadable", "", "payshack"}}
		})
	}},
	{"a key with a zero in front", func(g *garden, what string) {
		g.alter(what, nil, func(p *paired) []finding {
			p.rows[0][inKey] = "0" + p.key()
			return []finding{{"missing in payshack", p.key(), "vima"}, {"missing in vima", "0" + p.key(), "payshack"}}
		})
	}},
	{"a row twice", func(g *garden, what string) {
		g.alter(what, nil, func(p *paired) []finding {
			p.rows = append(p.rows, slices.Clone(p.rows[0]))
			return []finding{{"duplicate", p.key(), "payshack"}}
		})
	}},
	{"two operations with a key", func(g *garden, what string) {
		if len(g.free) < 2 {
			return
		}
		twin := &g.pairs[g.free[0]]
		g.free = g.free[1:]
		g.alter(what, nil, func(p *paired) []finding {
			twin.operation.ClientOperationID, twin.operation.Raw, twin.rows = p.key(), nil, nil
			return []finding{{"duplicate", p.key(), "vima"}}
		})
	}},
}

// alter plants something in the next pair that suits.
func (g *garden) alter(what string, suits func(*paired) bool, change func(*paired) []finding) {
	for i, place := range g.free {
		if p := &g.pairs[place]; suits == nil || suits(p) {
			g.free = slices.Delete(g.free, i, i+1)
			g.all = append(g.all, planted{what, change(p)})
			return
		}
	}
}

// pairwise plants a change of a row that is found as kinds of a pair.
func pairwise(kinds string, suits func(*paired) bool, change func(row []string)) func(*garden, string) {
	return func(g *garden, what string) {
		g.alter(what, suits, func(p *paired) []finding {
			change(p.rows[0])
			return []finding{{kinds, p.key(), "vima, payshack"}}
		})
	}
}

func (p *paired) key() string { return p.operation.ClientOperationID }

func raiseAmount(r []string) {
	amount := decimal.MustParse(r[inAmount])
	more, err := amount.Add(amount.ULP())
	if err != nil {
		panic(err) // made-up amounts are far from the largest
	}
	r[inAmount] = more.String()
}

func changeStatus(r []string) { r[inStatus] = otherThan(r[inStatus], "SUCCESS", "FAILED") }

func otherThan(one, another, third string) string {
	if one == another {
		return third
	}
	return another
}
