package api

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"time"

	"sallyport/shared/totp"
)

// Now asks the stack for its time (contract §8).
func (c Client) Now(ctx context.Context) (time.Time, error) {
	a, err := c.Must(ctx, "GET", "/local/clock", nil)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, a.Text("now"))
}

// Code is the code that an authenticator app with this set-up key (base 32)
// shows at a time.
func Code(key string, at time.Time) (string, error) {
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key)
	if err != nil {
		return "", err
	}
	return totp.Code(secret, totp.Step(at)), nil
}

// Enroll sets up a second factor with a person's token (the client's Bearer),
// by proof of the app alone, and returns the app's set-up key and the backup
// codes.
func (c Client) Enroll(ctx context.Context) (key string, backup []string, err error) {
	begun, err := c.Must(ctx, "POST", "/v1/enrollment", nil)
	if err != nil {
		return "", nil, err
	}
	key = begun.Text("secret")
	now, err := c.Now(ctx)
	if err != nil {
		return "", nil, err
	}
	code, err := Code(key, now)
	if err != nil {
		return "", nil, err
	}
	confirmed, err := c.Must(ctx, "POST", "/v1/enrollment/confirm", map[string]string{"code": code})
	if err != nil {
		return "", nil, err
	}
	var shown struct {
		BackupCodes []string `json:"backup_codes"`
	}
	if err := json.Unmarshal(confirmed.Body, &shown); err != nil {
		return "", nil, err
	}
	_, err = c.Must(ctx, "POST", "/v1/enrollment/complete", map[string]bool{"backup_codes_saved": true})
	return key, shown.BackupCodes, err
}
