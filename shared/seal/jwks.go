package seal

import (
	"crypto/ecdsa"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"sallyport/shared/twofactor"
)

// JWKS returns the JSON Web Key Set (RFC 7517) that lets anyone check
// assertions: the next key, the current one, and every key that was retired
// less than 720 h ago. It holds public members only. Having nothing to publish
// is an error, because clients would keep an empty set.
func JWKS(keys *twofactor.SigningKeys, now time.Time) ([]byte, error) {
	var set jose.JSONWebKeySet
	if keys != nil {
		for _, key := range keys.Keys {
			if !key.Published(now) {
				continue
			}
			public, err := parsePublic(key)
			if err != nil {
				return nil, notNow("publish the signing keys", err)
			}
			set.Keys = append(set.Keys, publicJWK(key.ID, public))
		}
	}
	if len(set.Keys) == 0 {
		return nil, notNow("publish the signing keys", errors.New("there are none yet"))
	}
	return json.Marshal(set)
}

func publicJWK(id string, public *ecdsa.PublicKey) jose.JSONWebKey {
	return jose.JSONWebKey{Key: public, KeyID: id, Algorithm: string(jose.ES256), Use: "sig"}
}
