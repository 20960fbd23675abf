package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// errSealed says that something sealed was changed, or belongs elsewhere.
var errSealed = errors.New("it was changed, or belongs to something else")

// derive makes the key for one use from a key; no key is used for two things.
func derive(key []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "sallyport v1 "+use, keySize)
}

// sealWith seals plain with AES-256-GCM, under a key derived for one use, and
// binds it to what it belongs to. The answer is nonce, ciphertext and tag: 28
// bytes more than plain.
func sealWith(key []byte, use string, plain []byte, bound ...string) ([]byte, error) {
	aead, err := newAEAD(key, use)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, plain, frame(bound)), nil
}

// openWith opens what sealWith sealed for the same use and bound to the same.
func openWith(key []byte, use string, sealed []byte, bound ...string) ([]byte, error) {
	aead, err := newAEAD(key, use)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, sealed, frame(bound))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

func newAEAD(key []byte, use string) (cipher.AEAD, error) {
	derived, err := derive(key, use)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// frame writes each part after its length, so that no two lists of parts give
// the same bytes.
func frame(parts []string) []byte {
	var out []byte
	for _, part := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}
