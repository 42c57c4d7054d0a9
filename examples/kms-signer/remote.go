package main

import (
	"bufio"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// answerTime is how long a signature may take: a request whose timestamp is
// older than 5 seconds does not leave.
const answerTime = 4 * time.Second

// startTime is how long the process may take to start and to show its public key,
// which nothing depends on: a busy machine is slow.
const startTime = time.Minute

// errSigner is a signing process that signs nothing.
var errSigner = errors.New("the signing process gives no signature")

// remoteKey is a crypto.Signer whose key is at the other end of a pipe. It may be
// used by several goroutines; they take turns.
type remoteKey struct {
	public *rsa.PublicKey

	mu      sync.Mutex
	ask     io.Writer
	pipe    io.Reader
	get     *bufio.Reader
	broken  error // what comes behind it may be the answer to another question
	crossed crossed
}

// crossed is what has gone over the border between the two processes.
type crossed struct {
	digests, digestBytes, signatureBytes int
}

// newRemoteKey asks for the public key.
func newRemoteKey(ask io.Writer, get io.Reader) (*remoteKey, error) {
	k := &remoteKey{ask: ask, pipe: get, get: bufio.NewReaderSize(get, maxLine)}
	a, err := k.exchange(question{})
	if err != nil {
		return nil, fmt.Errorf("asking the signing process for its public key: %w", err)
	}
	public, err := x509.ParsePKIXPublicKey(a.PublicKey)
	if err != nil {
		return nil, errors.New("asking the signing process for its public key: the answer is none")
	}
	var isRSA bool
	if k.public, isRSA = public.(*rsa.PublicKey); !isRSA {
		return nil, errors.New("asking the signing process for its public key: it is no RSA key")
	}
	return k, nil
}

// Public is the public half of the key.
func (k *remoteKey) Public() crypto.PublicKey { return k.public }

// Sign has the other process sign a digest.
func (k *remoteKey) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if _, pss := opts.(*rsa.PSSOptions); pss || opts.HashFunc() != crypto.SHA256 || len(digest) != sha256.Size {
		return nil, errBadDigest
	}
	a, err := k.exchange(question{digest})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSigner, err)
	}
	return a.Signature, nil
}

// exchange is one question and its answer.
func (k *remoteKey) exchange(q question) (answer, error) {
	line, err := json.Marshal(q)
	if err != nil {
		return answer{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.broken != nil {
		return answer{}, k.broken
	}
	var a answer
	limit := answerTime
	if q.Digest == nil {
		limit = startTime
	}
	if a, k.broken = k.talk(append(line, '\n'), limit); k.broken != nil {
		return answer{}, k.broken
	}
	if a.Error != "" {
		return answer{}, errors.New(a.Error)
	}
	if q.Digest != nil {
		k.crossed.digests++
		k.crossed.digestBytes += len(q.Digest)
		k.crossed.signatureBytes += len(a.Signature)
	}
	return a, nil
}

func (k *remoteKey) talk(line []byte, limit time.Duration) (answer, error) {
	var a answer
	if pipe, ok := k.pipe.(interface{ SetReadDeadline(t time.Time) error }); ok {
		_ = pipe.SetReadDeadline(time.Now().Add(limit)) // where the system has none, there is none
	}
	if _, err := k.ask.Write(line); err != nil {
		return a, err
	}
	text, err := k.get.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, errors.New("its answer cannot be read")
	}
	return a, nil
}

// since is what has crossed since the last call.
func (k *remoteKey) since() crossed {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.crossed
	k.crossed = crossed{}
	return now
}
