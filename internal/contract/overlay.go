package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/contract/record"
)

// imported is the import path of package record within the root module.
const imported = `"github.com/payclients/payclients-go/internal/contractrecord"`

// patch inserts a call of package record into a file of the root module.
type patch struct{ file, from, to string }

// patches are the one place where fakes answer, and the one place where clients
// send.
var patches = []patch{
	{
		"internal/fakeapi/server.go", "\ts := &Server{config: config,",
		"\tconfig.Handler = record.Handler(config.Handler)\n\ts := &Server{config: config,",
	},
	{
		"internal/transport/client.go", "\tc.wire = wire(c.http.Transport)",
		"\tc.wire = record.Wire(config.Name, config.Base.EscapedPath(), wire(c.http.Transport))",
	},
}

// Heavy names tests that take long and exchange the same as others: walks over
// many rows, random sequences and generated texts.
var Heavy = []string{
	"TestAKeptOperationPinsOnlyItself",
	"TestAKeptTransactionPinsOnlyItself",
	"TestALeftWalkLeavesNothingBehind",
	"TestAPlainWalkByOffsetLosesRows",
	"TestAWalkIsTakenUpWhereItEnded",
	"TestAWalkMakesAtMostOneRequestMoreThanPages",
	"TestAllServicesUnderFaults",
	"TestAllServicesWhileTheListMoves",
	"TestBodiesAgainstReference",
	"TestCallbacksOfGeneratedBodies",
	"TestContainsMeansTheTextItself",
	"TestDaysByWorkers",
	"TestDaysOfManyOperations",
	"TestFaultProbability",
	"TestFilterMeansWhatTheServiceReads",
	"TestGenerateIsTheSameEachTime",
	"TestGenerateIsTheSameEverywhere",
	"TestHostileBodiesAreCheap",
	"TestLateRowsComeWithTheOverlap",
	"TestManyAtOnce",
	"TestManyRowsOfOneInstant",
	"TestManyWalksAtATime",
	"TestNoFalseAlarms",
	"TestNumberedPagesLoseAndDoubleRows",
	"TestOrders",
	"TestTheSequencesFindClientsThatAreNotSafe",
	"TestTheSequencesFindClientsThatPayTwice",
	"TestTimesArePrintedShorterThanTheyAreKept",
	"TestWalkerAgainstMaps",
	"TestWalksOfEveryShape",
}

// Record runs the tests of all clients and fakes, in their short form, and writes
// what they send and answer into folder. root is the folder of the root module,
// where nothing changes: the recording calls exist for the compiler only. Unless
// every is true, Heavy tests do not run, and rows that show nothing new are not
// written. It returns an error with the tests' output if one fails.
func Record(ctx context.Context, root, folder string, every bool) error {
	overlay, err := writeOverlay(root, folder)
	if err != nil {
		return err
	}
	args := []string{"test", "-count=1", "-vet=off", "-overlay", overlay}
	environment := append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PAYCLIENTS_") }),
		record.Folder+"="+folder, "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if every {
		environment = append(environment, record.EveryRow+"=1")
	} else {
		args = append(args, "-skip", "^("+strings.Join(Heavy, "|")+")$")
	}
	for _, name := range Packages {
		args = append(args, "./"+name, "./"+name+"/"+name+"test")
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = root
	command.Env = environment
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// writeOverlay writes the patched files and the list of what they replace, and
// returns the list's path. It returns an error if a file no longer has the line
// to patch exactly once.
func writeOverlay(root, folder string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{
		filepath.Join(root, "internal", "contractrecord", "record.go"): filepath.Join(root, "internal", "contract", "record", "record.go"),
	}
	for i, p := range patches {
		file := filepath.Join(root, filepath.FromSlash(p.file))
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if bytes.Count(text, []byte(p.from)) != 1 {
			return "", fmt.Errorf("%s does not have %q once: say in internal/contract/overlay.go where to record", p.file, p.from)
		}
		text = bytes.Replace(text, []byte(p.from), []byte(p.to), 1)
		text = bytes.Replace(text, []byte("import ("), []byte("import (\n\t"+imported), 1)
		replace[file] = filepath.Join(folder, fmt.Sprintf("patched-%d.go", i))
		if err := os.WriteFile(replace[file], text, 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
