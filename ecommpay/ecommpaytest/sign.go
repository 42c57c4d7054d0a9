package ecommpaytest

import (
	"bytes"
	"cmp"
	"crypto/fips140"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/ecommpay"
)

// sign returns an answer with its signature added. The answer has other members
// already.
func (s *Server) sign(secret string, answer []byte) []byte {
	var signature string
	if s.config.byteOrder {
		signature = base64.StdEncoding.EncodeToString(sum(secret, inByteOrder(answer)))
	} else {
		var err error
		if signature, err = ecommpay.Sign(secret, answer); err != nil {
			// A test seeded a row that is not JSON, which nobody can sign.
			signature = "unsigned"
		}
	}
	end := bytes.LastIndexByte(answer, '}')
	return append(slices.Clip(answer[:end]), `,"signature":"`+signature+`"}`...)
}

// sum returns the HMAC-SHA-512 of text. FIPS 140-3 does not approve keys below 14
// bytes.
func sum(secret string, text []byte) (sum []byte) {
	authenticate := func() {
		mac := hmac.New(sha512.New, []byte(secret))
		mac.Write(text)
		sum = mac.Sum(nil)
	}
	if len(secret) < 14 {
		fips140.WithoutEnforcement(authenticate)
	} else {
		authenticate()
	}
	return sum
}

// inByteOrder returns the text to sign with its lines sorted by bytes.
func inByteOrder(answer []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return nil
	}
	var lines []string
	flatten("", tree, &lines)
	slices.SortFunc(lines, cmp.Compare[string])
	return []byte(strings.Join(lines, ";"))
}

func flatten(path string, value any, lines *[]string) {
	under := func(name string) string {
		name = strings.ReplaceAll(name, ":", "::")
		if path == "" {
			return name
		}
		return path + ":" + name
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			flatten(under(name), member, lines)
		}
	case []any:
		for i, element := range v {
			flatten(under(strconv.Itoa(i)), element, lines)
		}
	case nil:
		*lines = append(*lines, path+":")
	case bool:
		*lines = append(*lines, path+":"+map[bool]string{true: "1", false: "0"}[v])
	default:
		*lines = append(*lines, fmt.Sprintf("%s:%v", path, v))
	}
}
