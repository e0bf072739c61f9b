"""Times the evaluation of T tasks and compares it with T times that of one task.

    dotnet build -c Release
    python3 benchmarks/evaluation.py

As many attributes as CelebA has, 40, of rendered scenes at 64x64, dealt out to T tasks; ETR-NLP on ResNet18 at width 1. What tasks share is computed once for all.
"""
import argparse
import json
import pathlib
import statistics
import tempfile

from compare import ETRNLP, HERE, output

TASKS = 1, 2, 4, 8, 16, 40
COLUMNS = [f"attribute{i}" for i in range(40)]  # rendered scenes have attributes of their own that stand in, in order


def experiment(tasks):
    lines = (HERE / "resnet18.yaml").read_text().splitlines()
    dealt = [f"  - {{name: task{t}, type: attributes, columns: [{', '.join(COLUMNS[t::tasks])}]}}" for t in range(tasks)]
    return "\n".join(line if not line.startswith("tasks:") else "\n".join(["tasks:", *dealt]) for line in lines) + "\n"


def milliseconds_per_image(file, batch, threads, steps):
    # Two batches of data, so that rendering is over before the clock starts.
    return 1e3 / json.loads(output([
        ETRNLP, "bench", file, "--evaluate", "--json", "--steps", str(steps), "--threads", str(threads),
        "--set", f"training.batch_size={batch}", "--set", f"dataset.train={2 * batch}"]))["images_per_second"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3, help="every number of tasks in turn, so often")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=5, help="batches of every run, with few tasks more: a run shorter than a second times the runtime's compiler too")
    a = parser.parse_args()
    times = {tasks: [] for tasks in TASKS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(a.rounds):
            for tasks in TASKS:
                file = pathlib.Path(folder) / f"tasks{tasks}.yaml"
                file.write_text(experiment(tasks))
                times[tasks].append(milliseconds_per_image(file, a.batch, a.threads, max(a.steps, 80 // tasks)))
    medians = {tasks: statistics.median(runs) for tasks, runs in times.items()}
    print("| tasks | ms per image | of T times one task |\n|---|---|---|")
    for tasks, median in medians.items():
        print(f"| {tasks} | {median:.2f} | {median / (tasks * medians[1]):.2f} |")
