package boot

import (
	"strings"
	"testing"
)

// environment looks names up in a map.
func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// whole is an environment with everything that notify needs.
func whole() map[string]string {
	return map[string]string{
		"AWS_REGION": "eu-central-1", "TABLE_NAME": "sallyport", "ISSUER_URL": "https://2fa.example.com",
		"TOKENS_KEY_ARN": "arn:tokens", "MAIL_FROM": "sallyport@example.com", "MAIL_CONFIGURATION_SET": "mail",
		"BULK_MAILS_PER_MINUTE": "60", "EVENT_RETENTION_DAYS": "400",
	}
}

func TestEverySettingReachesItsMember(t *testing.T) {
	c, err := ReadConfig("notify", environment(whole()))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Region: "eu-central-1", Table: "sallyport", Issuer: "https://2fa.example.com", TokensKey: "arn:tokens",
		MailFrom: "sallyport@example.com", ConfigurationSet: "mail", BulkPerMinute: 60, RetentionDays: 400,
	}
	if c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestAFunctionThatAnswersTenantsKnowsTheirRate(t *testing.T) {
	values := whole()
	values["SALLYPORT_TENANT_RATE"] = "25"
	c, err := ReadConfig("policy", environment(values))
	if err != nil || c.TenantRate != 25 {
		t.Errorf("a rate of %d: %v", c.TenantRate, err)
	}
}

func TestEverythingThatIsMissingIsNamedAtOnce(t *testing.T) {
	_, err := ReadConfig("verify", environment(nil))
	for _, name := range []string{"AWS_REGION", "TABLE_NAME", "ISSUER_URL", "SECRETS_KEY_ARN", "TOKENS_KEY_ARN", "SALLYPORT_TENANT_RATE"} {
		if err == nil || !strings.Contains(err.Error(), name+" is missing") {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "MAIL_FROM") {
		t.Errorf("verify is asked for what it does not read: %v", err)
	}
}

func TestAWrongValueIsRefused(t *testing.T) {
	for name, value := range map[string]string{
		"ISSUER_URL": "https://2fa.example.com/", "BULK_MAILS_PER_MINUTE": "0", "EVENT_RETENTION_DAYS": "long",
	} {
		values := whole()
		values[name] = value
		if _, err := ReadConfig("notify", environment(values)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

func TestADeployedFunctionRefusesADevelopmentKey(t *testing.T) {
	values := whole()
	values[devRootKey] = strings.Repeat("ab", 32)
	_, err := ReadConfig("notify", environment(values))
	if err == nil || strings.Contains(err.Error(), "abab") {
		t.Errorf("with a development key outside sam local: %v", err)
	}
	values["AWS_SAM_LOCAL"] = "true"
	if _, err := ReadConfig("notify", environment(values)); err != nil {
		t.Errorf("under sam local: %v", err)
	}
}

func TestOnlyFunctionsThatNeedAKeyAreToldItsName(t *testing.T) {
	for _, function := range []string{"policy", "pages"} {
		for _, name := range Names(function) {
			if strings.HasSuffix(name, "_KEY_ARN") || strings.HasPrefix(name, "MAIL_") {
				t.Errorf("%s reads %s", function, name)
			}
		}
	}
}
