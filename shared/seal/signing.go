package seal

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"sallyport/shared/twofactor"
)

// signingKey is a signing key with its public half parsed.
type signingKey struct {
	twofactor.SigningKey
	public *ecdsa.PublicKey
}

// loadSigning reads the signing keys. An empty list is an error, so that it
// is never held.
func (k *Keeper) loadSigning(ctx context.Context) ([]signingKey, error) {
	found, err := k.ring.loader.Load(ctx, twofactor.Want{Key: twofactor.SigningKeysKey()})
	if err != nil {
		return nil, err
	}
	record := twofactor.Get[twofactor.SigningKeys](found, twofactor.SigningKeysKey())
	if record == nil || len(record.Keys) == 0 {
		return nil, errors.New("there is no signing key yet: the operator's function makes it")
	}
	keys := make([]signingKey, 0, len(record.Keys))
	for _, key := range record.Keys {
		public, err := parsePublic(key)
		if err != nil {
			return nil, err
		}
		keys = append(keys, signingKey{SigningKey: key, public: public})
	}
	return keys, nil
}

// parsePublic reads the public half of a key, and nothing but that.
func parsePublic(key twofactor.SigningKey) (*ecdsa.PublicKey, error) {
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(key.Public); err != nil {
		return nil, fmt.Errorf("signing key %s is no JWK", key.ID)
	}
	public, ok := jwk.Key.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, fmt.Errorf("signing key %s is no public P-256 key", key.ID)
	}
	return public, nil
}

// NewRootKey implements [twofactor.Keyring].
func (k *Keeper) NewRootKey(ctx context.Context, purpose twofactor.RootPurpose) (twofactor.RootKey, error) {
	_, wrapped, err := k.root.NewKey(ctx, purpose)
	if err != nil {
		return twofactor.RootKey{}, notNow("make a root key", err)
	}
	return twofactor.RootKey{ID: newKeyID(), Wrapped: wrapped}, nil
}

// NewSigningKey implements [twofactor.Keyring].
func (k *Keeper) NewSigningKey(ctx context.Context) (twofactor.SigningKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return twofactor.SigningKey{}, notNow("make a signing key", err)
	}
	id := newKeyID()
	public, err := publicJWK(id, &private.PublicKey).MarshalJSON()
	if err != nil {
		return twofactor.SigningKey{}, notNow("make a signing key", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return twofactor.SigningKey{}, notNow("make a signing key", err)
	}
	wrapped, err := k.ring.wrap(ctx, twofactor.RootSigning, useSigningKey, der, id)
	if err != nil {
		return twofactor.SigningKey{}, notNow("make a signing key", err)
	}
	return twofactor.SigningKey{ID: id, Public: public, Private: wrapped}, nil
}

// openSigning unwraps the private half of a key and checks that both halves
// belong together.
func (k *Keeper) openSigning(ctx context.Context, key signingKey) (*ecdsa.PrivateKey, error) {
	der, err := k.ring.unwrapped(ctx, twofactor.RootSigning, useSigningKey, key.Private.Reveal(), key.ID)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	private, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok || !private.PublicKey.Equal(key.public) {
		return nil, fmt.Errorf("signing key %s has two halves that don't fit", key.ID)
	}
	return private, nil
}

// newKeyID returns 26 random characters, more than 128 bits.
func newKeyID() string { return rand.Text() }
