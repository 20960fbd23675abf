package twofactor

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"strings"
)

const (
	// apiKeyPrefix begins every API key, so that scanners for leaked secrets
	// can know one.
	apiKeyPrefix = "sallyport_sk_"
	// apiKeyIDBytes give 16 characters, apiKeySecretBytes 52.
	apiKeyIDBytes     = 10
	apiKeySecretBytes = 32
)

// mintAPIKey gives k its id and the hash of a new secret, and returns the key
// itself: "sallyport_sk_<id>_<secret>". It is shown once and kept nowhere.
func mintAPIKey(k *APIKey, random io.Reader) (Secret, error) {
	b := make([]byte, apiKeyIDBytes+apiKeySecretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", unavailable(err)
	}
	secret := strings.ToLower(encodeCrockford(b[apiKeyIDBytes:]))
	k.ID = strings.ToLower(encodeCrockford(b[:apiKeyIDBytes]))
	k.Hash = hashAPIKeySecret(secret)
	return Secret(apiKeyPrefix + k.ID + "_" + secret), nil
}

// splitAPIKey takes an API key apart; ok is false for anything of another
// form. It decides nothing: the secret must still be checked with Fits.
func splitAPIKey(key Secret) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(key.Reveal(), apiKeyPrefix)
	if !ok {
		return "", "", false
	}
	id, secret, ok = strings.Cut(rest, "_")
	const idLength, secretLength = 16, 52
	return id, secret, ok && len(id) == idLength && len(secret) == secretLength &&
		isCrockford(id) && isCrockford(secret)
}

func isCrockford(s string) bool {
	return strings.Trim(s, strings.ToLower(crockford)) == ""
}

// Fits reports, in constant time, whether secret is this key's.
func (k *APIKey) Fits(secret string) bool {
	return subtle.ConstantTimeCompare(hashAPIKeySecret(secret), k.Hash.Reveal()) == 1
}

// hashAPIKeySecret is a plain SHA-256: 256 random bits need no slow hash.
func hashAPIKeySecret(secret string) SecretBytes {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
