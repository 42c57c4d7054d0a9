package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones where the system has none

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// config is what the command line asks for.
type config struct {
	db       string   // "" is offline
	projects []string // of Vima; none is all

	csv      string   // the file of the other side, or
	export   export   // how it is read
	ecommpay bool     // the operations of ecommpay
	shops    []string // projects of ecommpay; none is all

	ecommpayTypes []string // of operations of ecommpay
	types         typing

	period                       period
	out                          string // "" is none
	excel                        bool   // the form of it
	vimaClasses, ecommpayClasses classes
	demo                         plan
	keep                         string // "" is nowhere
}

// otherName is what the other side is called.
func (c *config) otherName() string {
	if c.ecommpay {
		return "ecommpay"
	}
	return "payshack"
}

// parse reads the flags. Everything wrong is reported before anything is touched.
func parse(call *cli.Call) (config, error) {
	var c config
	var from, to vima.Date
	p := program()
	flags := p.Flags()
	flags.StringVar(&c.db, "db", "", "SQLite `file` or postgres:// URL with vima_operations (default $RECONCILE_DB; without both it is offline)")
	flags.StringVar(&c.csv, "csv", "", "`file` of the other side, or")
	flags.BoolVar(&c.ecommpay, "ecommpay", false, "the other side is the table ecommpay_operations of the same -db")
	flags.TextVar(&from, "from", vima.Date{}, "first `day`, YYYY-MM-DD, by creation (default the first there is)")
	flags.TextVar(&to, "to", vima.Date{}, "last `day`, included (default the last there is)")
	zone := flags.String("zone", "UTC", "time `zone` whose days -from and -to are, such as Asia/Kolkata")
	edge := flags.Duration("edge", 0, "a missing row so near to an end of the period, such as 1h, waits until the other side reaches as far past it")
	flags.StringVar(&c.out, "out", "", "CSV `file` for all that differs")
	flags.BoolVar(&c.excel, "excel", false, "-out is "+cli.Excel)
	projects := flags.String("project", "", "only these `projects` of Vima, such as "+vima.Project91Game)
	vimaMap := flags.String("vima-status-map", "", "`statuses` of Vima that are not known here, as in -status-map")
	statusMap := flags.String("status-map", "", "`statuses` of the other side, such as SETTLED=success,REVERSED=failed,ON_HOLD=pending")

	typeMap := flags.String("type-map", "", "`words` of the other side for types, such as CREDIT=payment,DEBIT=payout,CHARGE=fee")
	vimaTypeMap := flags.String("vima-type-map", "", "`methods` of Vima that are not known here, as in -type-map")
	only := flags.String("types", "", "only rows of these `types` on both sides, of payment, payout, refund and fee (default all)")

	x := &c.export
	flags.StringVar(&x.id, "id-column", "client_operation_id", "`column` of -csv with the client_operation_id of Vima")
	flags.StringVar(&x.amount, "amount-column", "amount", "`column` of -csv with amounts")
	flags.StringVar(&x.currency, "currency-column", "currency", "`column` of -csv with currencies")
	flags.StringVar(&x.status, "status-column", "status", "`column` of -csv with statuses")
	flags.StringVar(&x.kind, "type-column", "", "`column` of -csv with the type of a row, which is held against the method of Vima (default none: with one of -types, all rows are of this type)")
	flags.StringVar(&x.date, "date-column", "", "`column` of -csv with times of creation (default none)")
	flags.StringVar(&x.fixedCurrency, "currency", "", "`code` of all rows of -csv, in place of a column")
	flags.StringVar(&x.dates.layout, "date-layout", "", "`layout` of -date-column as Go writes it, such as \"02/01/2006 15:04:05\" (default RFC 3339, with a blank, without a zone or a time too)")
	dateZone := flags.String("date-zone", "", "time `zone` of -date-column where its times name none (default that of -zone)")
	flags.BoolVar(&x.amounts.minor, "minor", false, "amounts of -csv are in minor units")
	flags.BoolVar(&x.amounts.decimalComma, "decimal-comma", false, "amounts of -csv have a comma before the fraction: 1234,50")
	flags.StringVar(&x.amounts.grouping, "grouping", "", "`mark` between groups of digits of -csv, as 1,234,567 or in lakh 12,34,567: one of , . ' _ or the word space")
	signs := flags.String("currency-signs", "", "`signs` beside amounts of -csv with their currencies, such as ₹=INR,Rs.=INR")
	charset := flags.String("encoding", "utf-8", "`encoding` of -csv, such as windows-1251, koi8-r or utf-16le")
	flags.IntVar(&x.headerLine, "header-line", 1, "`line` of -csv with the names of columns; what is before it is left out")
	flags.IntVar(&x.skipLast, "skip-last", 0, "`number` of rows at the end of -csv that are left out, such as a footer with totals")
	separator := flags.String("separator", ",", "`character` between the cells of -csv; tab is one")

	ecommpayTypes := flags.String("ecommpay-types", string(ecommpay.TypeSale)+","+string(ecommpay.TypePayout), "`types` of operations of ecommpay that count")
	shops := flags.String("ecommpay-project", "", "only these `projects` of ecommpay, by number")

	flags.IntVar(&c.demo.operations, "operations", 2400, "offline: `number` of operations")
	flags.Uint64Var(&c.demo.seed, "seed", 1, "offline: other operations and differences")
	flags.StringVar(&c.keep, "keep", "", "offline: `folder` that gets both sides, to try the flags on")
	if err := p.Parse(flags, call); err != nil {
		return c, err
	}
	c.db = cmp.Or(c.db, call.Env("RECONCILE_DB"))
	c.projects, c.ecommpayTypes, c.shops = list(*projects), list(*ecommpayTypes), list(*shops)
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	days, err := location("-zone", *zone)
	if err != nil {
		return c, err
	}
	c.period = newPeriod(from, to, *edge, days)
	if err := c.read(cmp.Or(*dateZone, *zone), *separator, *vimaMap, *statusMap); err != nil {
		return c, err
	}
	if err := c.readForm(*charset, *signs); err != nil {
		return c, err
	}
	if err := c.readTypes(*only, *vimaTypeMap, *typeMap); err != nil {
		return c, err
	}
	return c, c.check(given, from, to)
}

// location is the zone that a flag names. Local is refused: it is another one on
// another machine.
func location(flag, name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%w: %s must be UTC or the name of a time zone, such as Asia/Kolkata", cli.ErrUsage, flag)
	}
	return zone, nil
}

// read turns texts of flags into what they stand for.
func (c *config) read(zone, separator, vimaMap, statusMap string) (err error) {
	if c.export.dates.zone, err = location("-date-zone", zone); err != nil {
		return err
	}
	if c.export.comma, err = comma(separator); err != nil {
		return err
	}
	if c.vimaClasses, err = vimaClasses().with("-vima-status-map", vimaMap, allClasses()); err != nil {
		return err
	}
	if c.export.classes, err = fileClasses().with("-status-map", statusMap, allClasses()); err != nil {
		return err
	}
	c.ecommpayClasses, err = ecommpayClasses().with("-status-map", statusMap, allClasses())
	return err
}

// readForm reads the flags of how the file is written.
func (c *config) readForm(encoding, signs string) (err error) {
	x := &c.export
	if x.charset, err = newCharset(encoding); err != nil {
		return err
	}
	if x.amounts.signs, err = newSigns(signs); err != nil {
		return err
	}
	marks, known := groupings()[x.amounts.grouping]
	switch {
	case !known:
		return fmt.Errorf("%w: -grouping must be one of , . ' _ or the word space", cli.ErrUsage)
	case x.amounts.grouping == "." && !x.amounts.decimalComma, x.amounts.grouping == "," && x.amounts.decimalComma:
		return fmt.Errorf("%w: -grouping must be another mark than the one before the fraction", cli.ErrUsage)
	}
	x.amounts.grouping = marks
	return nil
}

// readTypes reads the flags of types.
func (c *config) readTypes(only, vimaMap, otherMap string) (err error) {
	t := &c.types
	t.only = allTypes()
	if only != "" {
		t.only = nil
	}
	for _, one := range list(only) {
		if !slices.Contains(allTypes(), rowType(one)) {
			return fmt.Errorf("%w: -types must be of %s", cli.ErrUsage, join(allTypes()))
		}
		t.only = append(t.only, rowType(one))
	}
	t.used = c.ecommpay || c.export.kind != "" || only != ""
	if c.csv != "" && c.export.kind == "" && only != "" {
		if len(t.only) != 1 {
			return fmt.Errorf("%w: -types must be one type without -type-column: that of all rows of -csv", cli.ErrUsage)
		}
		c.export.fixedType = t.only[0]
	}
	if t.vima, err = vimaTypes().with("-vima-type-map", vimaMap, allTypes()); err != nil {
		return err
	}
	of := fileTypes()
	if c.ecommpay {
		of = ecommpayTypes()
	}
	t.other, err = of.with("-type-map", otherMap, allTypes())
	return err
}

func (c *config) check(given map[string]bool, from, to vima.Date) error {
	x := &c.export
	var problem string
	switch {
	case c.db != "" && !address.IsPostgres(c.db) && !address.IsPath(c.db):
		problem = address.Rule
	case c.db == "" && (c.csv != "" || c.ecommpay):
		problem = "-csv and -ecommpay need -db"
	case c.db != "" && (c.csv == "") != c.ecommpay:
		problem = "-db needs -csv or -ecommpay, and not both"
	case c.db != "" && (given["operations"] || given["seed"] || given["keep"]):
		problem = "-operations, -seed and -keep are for the program offline, without -db"
	case c.db == "" && len(given) > 0 && !offlineOnly(given):
		problem = "without -db it is offline and takes -operations, -seed, -keep, -out and -excel only"
	case c.demo.operations < 0 || c.demo.operations > 100_000:
		problem = "-operations must be 0 to 100000"
	case c.ecommpay && ofFile(given) != "":
		problem = ofFile(given) + " is for -csv"
	case !c.ecommpay && (given["ecommpay-types"] || given["ecommpay-project"]):
		problem = "-ecommpay-types and -ecommpay-project are for -ecommpay"
	case !from.IsZero() && !to.IsZero() && from.Compare(to) > 0:
		problem = fmt.Sprintf("-from %s is after -to %s", from, to)
	case c.period.edge < 0:
		problem = "-edge must not be negative"
	case c.period.edge > 0 && c.period.open():
		problem = "-edge needs -from or -to: all days have no end"
	case x.id == "" || x.amount == "" || x.status == "":
		problem = "-id-column, -amount-column and -status-column must not be empty"
	case given["currency"] && given["currency-column"]:
		problem = "-currency is in place of -currency-column"
	case given["currency"] && code(strings.ToUpper(x.fixedCurrency)) != strings.ToUpper(x.fixedCurrency):
		problem = "-currency must be a code such as INR"
	case x.currency == "" && x.fixedCurrency == "" && len(x.amounts.signs) == 0:
		problem = "-currency-column must not be empty without -currency or -currency-signs"
	case x.headerLine < 1 || x.headerLine > maxSkipped || x.skipLast < 0 || x.skipLast > maxSkipped:
		problem = fmt.Sprintf("-header-line must be 1 to %d, and -skip-last 0 to %d", maxSkipped, maxSkipped)
	case x.date == "" && (given["date-layout"] || given["date-zone"]):
		problem = "-date-layout and -date-zone need -date-column"
	case given["zone"] && c.period.open() && x.date == "":
		problem = "-zone needs -from, -to or -date-column"
	case x.dates.layout != "" && layoutProblem(x.dates.layout) != "":
		problem = layoutProblem(x.dates.layout)
	case len(c.types.only) == 0:
		problem = "-types must not be empty"
	case given["type-map"] && x.kind == "" && !c.ecommpay:
		problem = "-type-map needs -type-column"
	case given["vima-type-map"] && !c.types.used:
		problem = "-vima-type-map needs -type-column, -types or -ecommpay"
	case c.ecommpay && len(c.ecommpayTypes) == 0:
		problem = "-ecommpay-types must not be empty"
	case c.excel && c.out == "":
		problem = "-excel needs -out"
	case c.out != "" && (same(c.out, c.db) || same(c.out, c.csv)):
		problem = "-out must not be a file that is read"
	}
	if problem != "" {
		return fmt.Errorf("%w: %s", cli.ErrUsage, problem)
	}
	if x.fixedCurrency != "" {
		x.currency = ""
	}
	return nil
}

// ofFile names a flag that was given and is for -csv only, or "".
func ofFile(given map[string]bool) string {
	for _, name := range []string{
		"id-column", "amount-column", "currency-column", "status-column", "type-column", "date-column", "currency", "date-layout", "date-zone",
		"minor", "decimal-comma", "grouping", "currency-signs", "separator", "encoding", "header-line", "skip-last",
	} {
		if given[name] {
			return "-" + name
		}
	}
	return ""
}

func offlineOnly(given map[string]bool) bool {
	for name := range given {
		if !slices.Contains([]string{"operations", "seed", "keep", "out", "excel"}, name) {
			return false
		}
	}
	return true
}

func list(text string) (all []string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

// same reports whether two names are of one file.
func same(a, b string) bool {
	one, err := os.Stat(a)
	two, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, two)
}
