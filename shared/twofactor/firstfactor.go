package twofactor

import "slices"

// FirstFactor is what the platform says about the first factor of a login.
type FirstFactor struct {
	Method SignIn
	IDP    string
	AMR    []string
}

const (
	// maxAMR and maxIDP bound what an identity provider may say: so many
	// values, so many bytes.
	maxAMR = 20
	maxIDP = 256
	// maxState is the longest state that a platform can ask back, in bytes.
	maxState = 512
)

func (f FirstFactor) check() error {
	if f.Method != SignInPassword && f.Method != SignInSSO {
		return invalid("/first_factor/method", `The method is "password" or "sso".`)
	}
	if len(f.AMR) > maxAMR {
		return invalid("/first_factor/amr", "At most %d values.", maxAMR)
	}
	if len(f.IDP) > maxIDP || checkText(f.IDP, maxIDP) != "" {
		return invalid("/first_factor/idp", "At most %d bytes, without control characters.", maxIDP)
	}
	return nil
}

// checkState refuses a state that would not fit into a token or a URL.
func checkState(state string) error {
	if len(state) > maxState || checkText(state, maxState) != "" {
		return invalid("/state", "At most %d bytes, without control characters.", maxState)
	}
	return nil
}

// secondFactorAMR are the amr values (RFC 8176) that are evidence of a second
// factor (contract §6, step 5).
var secondFactorAMR = []string{"mfa", "otp", "hwk", "swk", "fido"}

// evidence is f with those amr values alone that count. It is what a token
// carries: a token must fit into a header, whatever an identity provider says.
func (f FirstFactor) evidence() FirstFactor {
	var counting []string
	for _, value := range secondFactorAMR {
		if slices.Contains(f.AMR, value) {
			counting = append(counting, value)
		}
	}
	f.AMR = counting
	return f
}

// showsSecondFactor looks for evidence in the amr values that the identity
// provider sent.
func showsSecondFactor(amr []string) bool {
	return slices.ContainsFunc(amr, func(value string) bool { return slices.Contains(secondFactorAMR, value) })
}
