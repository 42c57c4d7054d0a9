package torture

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"time"
)

// Host is a host name in the certificates of [Certificate]; its sub-domains are
// in them too.
const Host = "provider.test"

type identity struct {
	server *tls.Config
	pool   *x509.CertPool
}

var (
	trusted   = sync.OnceValue(newIdentity)
	untrusted = sync.OnceValue(newIdentity)
)

// Certificate returns the TLS configuration of a server that [Proxy.Client]
// trusts, and the pool with which a client trusts it.
func Certificate() (server *tls.Config, pool *x509.CertPool) {
	return trusted().server.Clone(), trusted().pool
}

func newIdentity() identity {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		DNSNames:    []string{Host, "*." + Host, "other.test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return identity{pool: pool, server: &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	}}
}

// nowhere returns a resolver whose name server knows no name, because a test must
// not ask a real one. The server runs as long as the process.
var nowhere = sync.OnceValue(func() *net.Resolver {
	var config net.ListenConfig
	conn, err := config.ListenPacket(context.Background(), "udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		query := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			if size > 3 {
				query[2] |= 0x80 // an answer,
				query[3] = 3     // which says: no such name
				_, _ = conn.WriteTo(query[:size], from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
})

func listen() net.Listener {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return listener
}
