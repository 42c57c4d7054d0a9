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

// Host is a host name for which the certificate of [Certificate] is valid. The
// certificate is also valid for all direct sub-domains of Host, for other.test
// and for 127.0.0.1.
const Host = "provider.test"

type identity struct {
	server *tls.Config
	pool   *x509.CertPool
}

// trusted and untrusted each return a self-signed certificate for [Host], as a
// TLS configuration for a server and a pool for clients. Clients of
// [Proxy.Client] accept trusted only. A certificate is made at the first call,
// is valid for one hour, and is the same in every later call. Both functions
// panic if it cannot be made.
var (
	trusted   = sync.OnceValue(newIdentity)
	untrusted = sync.OnceValue(newIdentity)
)

// Certificate returns the TLS configuration of a server whose certificate the
// clients of [Proxy.Client] accept, and a pool with which other clients accept
// it. server is a new copy in each call; pool is always the same, so do not
// change it. The certificate is made at the first use in the process and is
// valid for one hour. Certificate panics if it cannot be made.
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

// nowhere returns a resolver for which no host name exists, so that a test asks
// no real name server. Each lookup fails with a *net.DNSError whose IsNotFound
// is true. The first call starts the resolver's own name server on a UDP port
// of 127.0.0.1, which runs as long as the process. Later calls return the same
// resolver. nowhere panics if it cannot listen.
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
