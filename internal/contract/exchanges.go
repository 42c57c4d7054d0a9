package contract

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/contract/record"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Exchanges calls yield once for each exchange that package record has written
// into folder. Without such files it returns nil. An error of one file ends the
// reading of that file only; the other files are still read. Exchanges returns
// the errors of all files, joined.
func Exchanges(folder string, yield func(record.Exchange)) error {
	files, err := filepath.Glob(filepath.Join(folder, "exchanges-*.jsonl"))
	for _, file := range files {
		err = errors.Join(err, read(file, yield))
	}
	return err
}

func read(file string, yield func(record.Exchange)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for lines := json.NewDecoder(bufio.NewReaderSize(f, 1<<20)); ; {
		var e record.Exchange
		switch err := lines.Decode(&e); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		yield(e)
	}
}

// Path returns the path of e, escaped, in the form in which the OpenAPI document of
// e.Package has it. Path removes e.Base, the path of the base URL, from the start
// of e.Path. For a fake e.Base is "". Three packages have further rules:
//   - vima: the path of the only endpoint, with a client or a fake, becomes
//     /operation
//   - ecommpay: for a fake, ecommpaytest.BasePath is removed from the start
//   - wallet: for a client, /v1 is put in front; if e.Path is nothing but e.Base,
//     the result is /oauth/token
//
// Path does not check whether the document has the result.
func Path(e record.Exchange) string {
	fake := e.Status != 0
	rest := strings.TrimPrefix(e.Path, strings.TrimSuffix(e.Base, "/"))
	switch {
	case e.Package == "vima" && fake && e.Path == vimatest.Path, e.Package == "vima" && !fake && e.Path == e.Base:
		return "/operation"
	case e.Package == "ecommpay" && fake:
		return strings.TrimPrefix(e.Path, ecommpaytest.BasePath)
	case e.Package == "wallet" && !fake && rest == "":
		return "/oauth/token" // outside of the base URL; the document has it under this path
	case e.Package == "wallet" && !fake:
		return "/v1" + rest
	}
	return rest
}
