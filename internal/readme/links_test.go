package readme_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README is one screen, and then links.
func TestReadmeIsShort(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "README.ru.md"} {
		assert.LessOrEqual(t, strings.Count(read(t, name), "\n"), 180, name)
	}
}

// Links to files of this repository lead to files.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	links := 0
	for _, name := range append(pages(t), "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "internal/README.md", "internal/bench/README.md") {
		for _, link := range target.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, name), ""), -1) {
			to, _, _ := strings.Cut(link[1], "#")
			if to == "" || strings.Contains(to, "://") {
				continue
			}
			links++
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(path.Join(path.Dir(name), to))))
			assert.NoError(t, err, name)
		}
	}
	assert.NotZero(t, links)
}

// Every module gets updates of what it depends on.
func TestDependabotKnowsEveryModule(t *testing.T) {
	t.Parallel()
	var known, modules []string
	for _, directory := range regexp.MustCompile(`(?m)^ +- (/\S*)$`).FindAllStringSubmatch(read(t, ".github/dependabot.yml"), -1) {
		known = append(known, directory[1])
	}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && (d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if path.Base(name) == "go.mod" {
			modules = append(modules, path.Join("/", path.Dir(name)))
		}
		return err
	})
	require.NoError(t, err)
	assert.ElementsMatch(t, modules, known)
}

// commands matches what pages ask a reader to run: the folder of -C, go's verb and its
// package, or the target of make.
var commands = regexp.MustCompile("(?m)(?:^|`)(?:go (?:-C (\\S+) )?(?:run|test) (\\.[^ `\n]*)|make ([a-z]+))")

// Commands name packages and targets that exist.
func TestCommandsExist(t *testing.T) {
	t.Parallel()
	makefile, found := read(t, "Makefile"), 0
	for _, name := range append(pages(t), "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md") {
		for _, c := range commands.FindAllStringSubmatch(read(t, name), -1) {
			found++
			if c[3] != "" {
				assert.Contains(t, makefile, "\n"+c[3]+":", "%s: make %s", name, c[3])
				continue
			}
			if c[2] == "./NAME" {
				continue // a placeholder of the changelog
			}
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(path.Join(c[1], strings.TrimSuffix(c[2], "...")))))
			assert.NoError(t, err, name)
		}
	}
	assert.Greater(t, found, 20)
}
