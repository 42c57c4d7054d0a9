package main

import (
	"bufio"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// signingProcess is the argument that makes this program the signing process.
const signingProcess = "signing-process"

// question is a line to the signing process: one without a digest asks for the
// public key.
type question struct {
	Digest []byte `json:"sha256,omitempty"`
}

// answer is a line from it.
type answer struct {
	PublicKey []byte `json:"publicKey,omitempty"` // DER, SubjectPublicKeyInfo
	Signature []byte `json:"signature,omitempty"`
	Error     string `json:"error,omitempty"`
}

const maxLine = 16 << 10

var errBadDigest = errors.New("that is no SHA-256 digest")

// serveKey is what the signing process does: it reads its key, or makes one
// where there is no file, and signs digests until there are no more questions.
func serveKey(path string, from io.Reader, to io.Writer) error {
	key, err := ownKey(path)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var q question
		var a answer
		switch err := json.Unmarshal(lines.Bytes(), &q); {
		case err != nil:
			a.Error = "that is no question"
		case q.Digest == nil:
			a.PublicKey = public
		case len(q.Digest) != sha256.Size:
			a.Error = errBadDigest.Error()
		default:
			if a.Signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, q.Digest); err != nil {
				return err
			}
		}
		if err := json.NewEncoder(to).Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

func ownKey(path string) (*rsa.PrivateKey, error) {
	if path == "" {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return finik.ParsePrivateKey(text)
}

// signer is a signing process.
type signer struct {
	key *remoteKey
	cmd *exec.Cmd
	ask io.Closer
}

// startSigner starts this program once more, as the signing process. It alone is
// told where the key is.
func startSigner(ctx context.Context, keyFile string, stderr io.Writer) (*signer, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, signingProcess)
	cmd.Env = []string{"FINIK_PRIVATE_KEY_FILE=" + keyFile}
	cmd.Stderr = stderr
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	get, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the signing process: %w", err)
	}
	s := &signer{cmd: cmd, ask: ask}
	if s.key, err = newRemoteKey(ask, get); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// stop ends the process.
func (s *signer) stop() {
	_ = s.ask.Close() // no more questions: it ends by itself
	late := time.AfterFunc(answerTime, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	_ = s.cmd.Wait()
}
