namespace EtrNlp.Data.Scenes;

/// <summary>An interval of a line's parameter, and the face at its beginning; empty unless Enter &lt; Leave.</summary>
internal struct Chord
{
    public static readonly Chord All = new() { Enter = float.NegativeInfinity, Leave = float.PositiveInfinity };
    public static readonly Chord Empty = new() { Enter = float.PositiveInfinity, Leave = float.NegativeInfinity };

    public float Enter;
    public float Leave;
    public Face Face;

    /// <summary>Keeps what satisfies t * slope &lt;= room.</summary>
    public void Clip(float room, float slope, Face face)
    {
        if (slope < 0)
        {
            Narrow(room / slope, float.PositiveInfinity, face);
        }
        else if (slope > 0)
        {
            Narrow(float.NegativeInfinity, room / slope, face);
        }
        else if (room < 0)
        {
            this = Empty;
        }
    }

    public void Narrow(float enter, float leave, Face face)
    {
        if (enter > Enter)
        {
            (Enter, Face) = (enter, face);
        }

        Leave = leave < Leave ? leave : Leave;
    }
}
