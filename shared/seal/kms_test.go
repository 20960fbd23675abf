package seal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

const (
	secretsKey = "arn:aws:kms:eu-west-1:111122223333:key/secrets"
	tokensKey  = "arn:aws:kms:eu-west-1:111122223333:key/tokens"
)

// kmsRequest is what both calls send, of AWS JSON 1.1.
type kmsRequest struct {
	KeyID             string `json:"KeyId"`
	KeySpec           string
	CiphertextBlob    []byte
	EncryptionContext map[string]string
}

// fakeKMS answers at the socket as KMS does, with its typed errors.
type fakeKMS struct {
	mu       sync.Mutex
	fails    string
	wrapped  map[string]kmsRequest
	plain    map[string][]byte
	requests []kmsRequest
}

func (f *fakeKMS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	fails := f.fails
	f.mu.Unlock()
	var in kmsRequest
	_ = json.NewDecoder(r.Body).Decode(&in)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if fails != "" {
		refuseKMS(w, fails)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, in)
	switch r.Header.Get("X-Amz-Target") {
	case "TrentService.GenerateDataKey":
		plain := make([]byte, 32)
		_, _ = rand.Read(plain)
		blob := []byte("blob-" + rand.Text())
		f.wrapped[string(blob)], f.plain[string(blob)] = in, plain
		_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": in.KeyID, "Plaintext": plain, "CiphertextBlob": blob})
	case "TrentService.Decrypt":
		made, ok := f.wrapped[string(in.CiphertextBlob)]
		switch {
		case !ok, !maps.Equal(made.EncryptionContext, in.EncryptionContext):
			refuseKMS(w, "InvalidCiphertextException")
		case made.KeyID != in.KeyID:
			refuseKMS(w, "IncorrectKeyException")
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": in.KeyID, "Plaintext": f.plain[string(in.CiphertextBlob)]})
		}
	}
}

func refuseKMS(w http.ResponseWriter, code string) {
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": "no"})
}

func (f *fakeKMS) fail(code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = code
}

// newKMS starts a fake and returns a client that talks to it.
func newKMS(t *testing.T) (*fakeKMS, *kms.Client) {
	t.Helper()
	fake := &fakeKMS{wrapped: map[string]kmsRequest{}, plain: map[string][]byte{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, kms.New(kms.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

func TestEachPurposeUsesItsKMSKeyAndSaysSoInTheEncryptionContext(t *testing.T) {
	for purpose, want := range map[twofactor.RootPurpose]string{
		twofactor.RootTenant: secretsKey, twofactor.RootToken: tokensKey,
		twofactor.RootSigning: tokensKey, twofactor.RootMail: tokensKey,
	} {
		fake, client := newKMS(t)
		root := seal.NewKMSRoot(client, secretsKey, tokensKey)
		plain, wrapped, err := root.NewKey(ctx, purpose)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := root.Unwrap(ctx, purpose, wrapped)
		if err != nil || !bytes.Equal(opened, plain) || len(plain) != 32 {
			t.Errorf("%s: %v", purpose, err)
		}
		context := map[string]string{"service": "sallyport", "purpose": string(purpose)}
		for _, request := range fake.requests {
			if request.KeyID != want || !maps.Equal(request.EncryptionContext, context) {
				t.Errorf("%s: asked with key %s and context %v", purpose, request.KeyID, request.EncryptionContext)
			}
		}
		if fake.requests[0].KeySpec != "AES_256" {
			t.Errorf("%s: asked for a key of %q", purpose, fake.requests[0].KeySpec)
		}
	}
}

func TestAKeyOfOnePurposeOpensForNoOther(t *testing.T) {
	_, client := newKMS(t)
	root := seal.NewKMSRoot(client, secretsKey, tokensKey)
	_, wrapped, err := root.NewKey(ctx, twofactor.RootToken)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []twofactor.RootPurpose{twofactor.RootTenant, twofactor.RootSigning, twofactor.RootMail} {
		if _, err := root.Unwrap(ctx, other, wrapped); err == nil {
			t.Errorf("it opened for %s", other)
		}
	}
}

func TestAFunctionWithoutTheSecretsKeyAsksForNothingOfTenants(t *testing.T) {
	fake, client := newKMS(t)
	root := seal.NewKMSRoot(client, "", tokensKey)
	if _, _, err := root.NewKey(ctx, twofactor.RootTenant); err == nil {
		t.Error("it made a key")
	}
	if _, err := root.Unwrap(ctx, twofactor.RootTenant, []byte("x")); err == nil {
		t.Error("it opened a key")
	}
	if len(fake.requests) != 0 {
		t.Error("it asked KMS")
	}
}

// standOnKMS is newStand with KMS instead of the key file.
func standOnKMS(t *testing.T) (*stand, *fakeKMS) {
	t.Helper()
	fake, client := newKMS(t)
	s := &stand{
		table: &table{records: map[twofactor.Key]twofactor.Record{}},
		root:  &root{Root: seal.NewKMSRoot(client, secretsKey, tokensKey)},
		now:   start,
	}
	s.Keeper = s.keeper()
	s.addRoot(t, twofactor.RootTenant)
	return s, fake
}

// TestWhateverKMSRefusesHeldKeysWorkUntilTheyAreOld is FT-10.
func TestWhateverKMSRefusesHeldKeysWorkUntilTheyAreOld(t *testing.T) {
	for _, code := range []string{
		"DisabledException", "AccessDeniedException", "ThrottlingException", "KMSInternalException",
		"KeyUnavailableException", "KMSInvalidStateException", "NotFoundException",
	} {
		s, fake := standOnKMS(t)
		wrapped, err := s.NewDataKey(ctx, "acme")
		if err != nil {
			t.Fatal(err)
		}
		fake.fail(code)
		s.advance(4*time.Minute + 30*time.Second)
		if _, err := s.OpenDataKey(ctx, "acme", wrapped); err != nil || len(s.reports) != 1 {
			t.Errorf("%s: with a held key: %v, %d reports", code, err, len(s.reports))
		}
		s.advance(time.Minute)
		_, err = s.OpenDataKey(ctx, "acme", wrapped)
		wantNotNow(t, err)
		var typed smithy.APIError
		if !errors.As(err, &typed) || typed.ErrorCode() != code {
			t.Errorf("the log cannot tell %s: %v", code, err)
		}
		fake.fail("")
		if _, err := s.OpenDataKey(ctx, "acme", wrapped); err != nil {
			t.Errorf("%s: it does not recover: %v", code, err)
		}
	}
}

func TestNoErrorShowsAKey(t *testing.T) {
	s, fake := standOnKMS(t)
	wrapped, err := s.NewDataKey(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	fake.fail("AccessDeniedException")
	s.advance(time.Hour)
	_, err = s.OpenDataKey(ctx, "acme", wrapped)
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), string(wrapped.Reveal())) || strings.Contains(e.Error(), "blob-") {
			t.Errorf("%v shows a wrapped key", e)
		}
	}
	if strings.Contains(err.Error(), "arn:") || strings.Contains(err.Error(), "KMS") {
		t.Errorf("a client would see %q", err)
	}
}
