package totp_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sallyport/shared/totp"
)

var pictured = []string{
	totp.URI("Acme", "jo@example.com", []byte(secret20)),
	totp.URI("Acme Managed Services: Prod & Co", strings.Repeat("long.name.", 20)+"@example.com", []byte(secret20)),
}

func TestAScannerReadsThePictureBack(t *testing.T) {
	tool := need(t, "zbarimg")
	for _, uri := range pictured {
		_, picture, err := totp.QR(uri)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "qr.png")
		if err := os.WriteFile(file, picture, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool, "--quiet", "--raw", file).Output()
		if err != nil || strings.TrimSpace(string(out)) != uri {
			t.Errorf("read %q (%v), want %q", out, err, uri)
		}
	}
}

func TestThePictureIsLargeAndHasAQuietZone(t *testing.T) {
	for _, uri := range pictured {
		_, picture, err := totp.QR(uri)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		edge := decoded.Bounds().Dx()
		if edge < 240 || edge != decoded.Bounds().Dy() {
			t.Errorf("the picture is %v", decoded.Bounds())
		}
		// The first dark pixel on the diagonal is the corner of a finder
		// pattern: four modules in. Its outer ring is one module wide.
		first := 0
		for isLight(decoded, first) {
			first++
		}
		module := 0
		for !isLight(decoded, first+module) {
			module++
		}
		if first != 4*module || edge%module != 0 {
			t.Errorf("quiet zone %d px, module %d px, edge %d px", first, module, edge)
		}
	}
}

func isLight(picture image.Image, at int) bool {
	return color.GrayModel.Convert(picture.At(at, at)).(color.Gray).Y > 128
}

func TestTheSVGHasOnePathAndTheSameModulesAsThePNG(t *testing.T) {
	svg, picture, err := totp.QR(pictured[0])
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		XMLName xml.Name
		Width   int    `xml:"width,attr"`
		Height  int    `xml:"height,attr"`
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(svg), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.XMLName.Local != "svg" || len(doc.Paths) != 1 || doc.Width < 240 || doc.Width != doc.Height {
		t.Fatalf("unexpected picture: %d paths, %d x %d", len(doc.Paths), doc.Width, doc.Height)
	}
	for _, word := range []string{"script", "href", "on", "style", "foreignObject"} {
		if strings.Contains(svg, " "+word) || strings.Contains(svg, "<"+word) {
			t.Errorf("the picture holds %q", word)
		}
	}
	var size, height int
	if _, err := fmt.Sscanf(doc.ViewBox, "0 0 %d %d", &size, &height); err != nil || size != height {
		t.Fatalf("viewBox is %q", doc.ViewBox)
	}
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	drawn := parsePath(t, doc.Paths[0].D, size)
	scale := decoded.Bounds().Dx() / size
	for y := range size {
		for x := range size {
			light := color.GrayModel.Convert(decoded.At(x*scale, y*scale)).(color.Gray).Y > 128
			if drawn[y*size+x] == light {
				t.Fatalf("module %d,%d differs between SVG and PNG", x, y)
			}
		}
	}
}

// parsePath reads the runs of a path back into modules.
func parsePath(t *testing.T, path string, size int) []bool {
	t.Helper()
	modules := make([]bool, size*size)
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "M"), "M") {
		var x, y, run, back int
		if _, err := fmt.Sscanf(part, "%d %dh%dv1h-%dz", &x, &y, &run, &back); err != nil || run != back {
			t.Fatalf("cannot read %q", part)
		}
		for i := range run {
			modules[y*size+x+i] = true
		}
	}
	return modules
}

func TestATextThatIsTooLongIsRefusedWithoutRepeatingIt(t *testing.T) {
	_, _, err := totp.QR(strings.Repeat("secret", 1000))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}
