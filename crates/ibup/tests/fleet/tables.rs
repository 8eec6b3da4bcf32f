//! A fleet as tables: exported, and asked in SQL where the program can.

use std::path::Path;

use serde_json::Value;

use crate::logs;
use crate::program::run;

fn parts(folder: &Path) {
    logs::write(&folder.join("logs"), 14);
    run(folder, &["fleet", "map", "logs", "-o", "parts"], 0);
}

#[test]
fn every_table_is_exported_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    parts(folder);
    for (table, rows) in [("boots", 14), ("ports", 14), ("stages", 14 * 8)] {
        let csv = run(folder, &["fleet", "export", "parts", "--table", table, "--format", "csv"], 0);
        assert_eq!(csv.lines().count(), rows + 1, "{table}");
        let ndjson = run(folder, &["fleet", "export", "parts", "--table", table], 0);
        let parsed: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed.len(), rows, "{table}");
        let names: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        assert!(parsed.iter().all(|row| names.iter().all(|name| row.get(name).is_some())), "{table}");
    }
    let findings = run(folder, &["fleet", "export", "parts", "--table", "findings", "--format", "csv"], 0);
    assert!(findings.contains("node-00003,03-18T10:29:40,1,IB0301,"), "{findings}");
    let factors = run(folder, &["fleet", "export", "parts", "--table", "factors", "--format", "csv"], 0);
    assert!(factors.contains("node-00000,04-02T11:09:26,,kernel,5.14.0-427.el9\n"), "{factors}");
}

#[cfg(feature = "query")]
#[test]
fn questions_in_sql_are_answered_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    parts(folder);
    let question = "SELECT cause, count(DISTINCT node) AS nodes FROM ports GROUP BY cause ORDER BY nodes";
    let text = run(folder, &["fleet", "query", question, "parts"], 0);
    assert_eq!(text, "cause   nodes\nIB0301  2\n-       12\n");
    let csv = run(folder, &["fleet", "query", question, "parts", "--format", "csv"], 0);
    assert_eq!(csv, "cause,nodes\nIB0301,2\n,12\n");
    let joined = "SELECT f.value, sum(b.summary = 'bad') AS bad FROM boots b JOIN factors f USING (node, boot) \
                  WHERE b.is_last AND f.factor = 'kernel' GROUP BY f.value ORDER BY bad DESC";
    let joined = run(folder, &["fleet", "query", joined, "parts", "--format", "ndjson"], 0);
    assert_eq!(joined, "{\"bad\":2,\"value\":\"5.14.0-70.el9\"}\n{\"bad\":0,\"value\":\"5.14.0-427.el9\"}\n");
    for question in ["DELETE FROM boots", "ATTACH 'x' AS x", "nonsense", "SELECT 1; DROP TABLE boots"] {
        run(folder, &["fleet", "query", question, "parts"], 2);
    }
    assert!(!folder.join("x").exists());
}
