package notify

import "testing"

func TestNotifyStartsFromItsEnvironmentAndNotWithout(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "TABLE_NAME": "sallyport", "ISSUER_URL": "https://2fa.example.com",
		"TOKENS_KEY_ARN": "arn:tokens", "MAIL_FROM": "sallyport@example.com", "MAIL_CONFIGURATION_SET": "mail",
		"BULK_MAILS_PER_MINUTE": "60", "EVENT_RETENTION_DAYS": "400",
	} {
		t.Setenv(name, value)
	}
	if handler, err := New(); err != nil || handler == nil {
		t.Fatalf("with all settings: %v", err)
	}
	t.Setenv("MAIL_FROM", "two@example.com, three@example.com")
	if _, err := New(); err == nil {
		t.Error("a sender that is not one address passes")
	}
	t.Setenv("MAIL_FROM", "")
	if _, err := New(); err == nil {
		t.Error("it starts without a sender")
	}
}
