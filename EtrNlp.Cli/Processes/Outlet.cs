using System.Text;
using EtrNlp.Core.Devices;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Processes;

/// <summary>
/// Text for a terminal, a pipe or a file that may be closed or full. Work never ends because of that: at the first
/// failure it keeps the reason and writes no more. If only the reader of a pipe is gone nothing fails: it has read what
/// it wanted. A line may hold what others wrote and is made printable; what is written without an end of line is a
/// document or a drawing, whose writer has done so.
/// </summary>
sealed class Outlet(TextWriter inner) : TextWriter
{
    /// <summary>Standard output.</summary>
    public static Outlet Output => new(Inherited.IsOpen(1) ? Console.Out : new Closed());

    /// <summary>Standard error.</summary>
    public static Outlet Error => new(Inherited.IsOpen(2) ? Console.Error : new Closed());

    /// <summary>Where the text goes.</summary>
    public TextWriter Inner => inner;

    /// <summary>Why something could not be written; null if everything was.</summary>
    public string? Failure { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    // At once, so that lines of several threads stay whole.
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(Printable.Line(value ?? "")));

    public override void Flush() => Try(inner.Flush);

    void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last is how .NET tells of a file that may not become larger.
            Failure = e.Message.TrimEnd('.');
        }
    }

    sealed class Closed : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("it is closed");
    }
}
