"""
Unit tests for the SQLAlchemy models.

Covered are relationships in both directions, the defaults of new rows, cascades,
unique constraints and the few methods that the models have. Rows are made by the
factories where there is one, and by hand where there isn't.

Coverage of core/models.py is watched; most of it is declarations, so look at the
assertions rather than at the figure.
"""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.models import (
    AgentExecution, AgentFeedback, AgentProposal, AgentRegistry, AgentStatus, ApiToken,
    BlockedTriggerContext, CanvasAction, CanvasAudit, Episode, EpisodeAccessLog,
    EpisodeAccessType, EpisodeSegment, EpisodeStatus, ExecutionStatus, FeedbackStatus,
    PolicyEffect, ProposalStatus, ProposalType, RiskLevel, RoutingDecision, SegmentType,
    Skill, SkillType, StepType, Team, TeamMessage, TriggerSource, User, UserRole,
    UserStatus, WorkflowExecution, WorkflowStepExecution, Workspace, WorkspaceTier,
)
from tests.factories import (
    AgentFactory, CanvasAuditFactory, EpisodeFactory, EpisodeSegmentFactory,
    FeatureFlagFactory, GovernancePolicyFactory, SkillFactory, TeamFactory, UserFactory,
    WorkflowExecutionFactory, WorkflowTemplateFactory, WorkspaceFactory,
)

KEY_LENGTH = 36


class TestAgentRegistryModel:
    """Agents: defaults, links, keys and what is deleted with what."""

    def test_agent_creation_defaults(self, db: Session):
        """A new agent is an enabled student with middling confidence."""
        agent = AgentRegistry(
            name="Invoice Reader",
            category="finance",
            module_path="agents.finance.invoices",
            class_name="InvoiceReader",
        )
        db.add(agent)
        db.commit()
        db.refresh(agent)

        assert len(agent.id) == KEY_LENGTH
        assert agent.status is AgentStatus.STUDENT
        assert agent.confidence_score == 0.5
        assert agent.version == "1.0.0"
        assert agent.configuration == {}
        assert agent.enabled is True
        assert agent.user_id is None
        assert agent.created_at.tzinfo is not None
        assert agent.updated_at.tzinfo is not None

    def test_agent_discarded_by_rollback(self, db: Session):
        """An agent that was never committed is gone after a rollback."""
        draft = AgentRegistry(
            name="Draft Agent",
            category="drafts",
            module_path="agents.drafts",
            class_name="DraftAgent",
            configuration={"note": "not for keeps"},
        )
        db.add(draft)
        db.rollback()

        found = db.query(AgentRegistry).filter_by(name="Draft Agent").all()
        assert found == []
        drafts = select(func.count()).where(AgentRegistry.category == "drafts")
        assert db.scalar(drafts) == 0

    def test_agent_execution_relationship(self, db: Session):
        """Executions are reached from the agent and lead back to it."""
        agent = AgentFactory()
        execution = AgentExecution(agent_id=agent.id, status="running")
        db.add(execution)
        db.commit()

        db.refresh(execution)
        assert execution.agent_id == agent.id
        assert execution.agent.name == agent.name
        assert execution.status is ExecutionStatus.RUNNING
        assert execution.triggered_by is TriggerSource.MANUAL

        stored = db.scalars(
            select(AgentExecution).where(AgentExecution.agent_id == agent.id)
        ).all()
        assert stored == [execution]
        db.refresh(agent)
        assert agent.executions == [execution]

    def test_agent_feedback_relationship(self, db: Session):
        """Feedback belongs to an agent and to the person who gave it."""
        agent = AgentFactory()
        user = UserFactory()
        feedback = AgentFeedback(
            agent_id=agent.id,
            user_id=user.id,
            original_output="The invoice total is 100",
            user_correction="The invoice total is 120",
        )
        db.add(feedback)
        db.commit()
        db.refresh(feedback)

        assert feedback.agent.id == agent.id
        assert feedback.user.email == user.email
        assert feedback.status is FeedbackStatus.PENDING

    def test_agent_configuration_is_json(self):
        """Nested settings come back as they went in."""
        agent = AgentFactory(
            configuration={
                "model": {"name": "large", "temperature": 0.2},
                "tools": ["search", "calculator"],
                "limits": None,
            },
            confidence_score=0.75,
        )

        assert agent.configuration["model"] == {"name": "large", "temperature": 0.2}
        assert agent.configuration["tools"] == ["search", "calculator"]
        assert agent.configuration["limits"] is None
        assert agent.confidence_score == 0.75
        assert agent.description.startswith(agent.name)

    def test_agent_skills(self, db: Session):
        """Agents and skills are linked in both directions."""
        agent = AgentFactory(name="Researcher")
        skill = Skill(
            name="Web search",
            slug="web-search",
            risk=RiskLevel.MODERATE,
        )
        skill.agents.append(agent)
        db.add(skill)
        db.commit()
        db.refresh(agent)
        db.refresh(skill)

        assert agent.skills == [skill]
        assert skill.agents == [agent]
        assert skill.skill_type is SkillType.PROMPT

        by_agent = select(Skill).join(Skill.agents).where(AgentRegistry.id == agent.id)
        assert db.scalars(by_agent).one().slug == "web-search"

    def test_agent_unique_id_constraint(self, db: Session):
        """Two agents can't share a key."""
        agent1 = AgentFactory()
        agent2 = AgentRegistry(
            id=agent1.id,
            name="Impostor",
            category="testing",
            module_path="agents.impostor",
            class_name="ImpostorAgent",
        )
        db.add(agent2)

        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()

    def test_agent_cascade_delete_user(self, db: Session):
        """Agents go with the person they belong to."""
        user = UserFactory()
        agent = AgentRegistry(
            name="Personal Assistant",
            category="assistant",
            module_path="agents.assistant",
            class_name="PersonalAssistant",
            user=user,
        )
        db.add(agent)
        db.commit()
        agent_id = agent.id

        db.delete(user)
        db.commit()
        assert db.get(AgentRegistry, agent_id) is None

    def test_agent_supervision_depends_on_maturity(self):
        """Only an autonomous agent works without a person looking on."""
        student = AgentFactory(status=AgentStatus.STUDENT)
        intern = AgentFactory(status=AgentStatus.INTERN)
        supervised = AgentFactory(status=AgentStatus.SUPERVISED, confidence_score=0.8)
        autonomous = AgentFactory(status=AgentStatus.AUTONOMOUS, confidence_score=0.95)

        assert student.needs_supervision is True
        assert intern.needs_supervision is True
        assert supervised.needs_supervision is True
        assert autonomous.needs_supervision is False
        assert len({student.id, intern.id, supervised.id, autonomous.id}) == 4


class TestUserModel:
    """People: names, roles, e-mail addresses, memberships and tokens."""

    def test_user_full_name(self):
        """The full name is made of both names, and copes with a missing one."""
        person = UserFactory(first_name="Amara", last_name="Okafor")
        mononym = UserFactory(first_name="Suharto", last_name="")

        assert person.full_name == "Amara Okafor"
        assert mononym.full_name == "Suharto"
        assert person.status is UserStatus.ACTIVE
        assert person.role is UserRole.MEMBER
        assert person.last_login_at is None
        assert person.onboarding_done is False
        assert (person.locale, person.time_zone) == ("en", "UTC")

    def test_user_email_is_unique(self, db: Session):
        """An e-mail address belongs to one account only."""
        # Earlier tests may have left the session in a failed transaction.
        db.rollback()
        first = UserFactory(email="taken@example.com", first_name="First")
        assert first.email == "taken@example.com"

        second = User(
            email="taken@example.com",
            first_name="Second",
            last_name="Person",
            preferences={"theme": "dark"},
        )
        db.add(second)

        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()

    def test_user_workspace_membership(self, db: Session):
        """People and workspaces know of each other."""
        member = UserFactory(first_name="Noor")
        colleague = UserFactory(first_name="Ines")
        workspace = Workspace(
            name="Field Operations",
            slug="field-operations",
            description="People who visit customers",
        )
        workspace.members.append(member)
        workspace.members.append(colleague)
        db.add(workspace)
        db.commit()
        db.refresh(member)
        db.refresh(workspace)

        assert member.workspaces == [workspace]
        assert {person.first_name for person in workspace.members} == {"Noor", "Ines"}

        workspace.members.remove(colleague)
        db.commit()
        db.refresh(colleague)
        assert colleague.workspaces == []
        assert workspace.members == [member]

    def test_user_preferences_round_trip(self, db: Session):
        """Preferences are replaced as a whole."""
        user = User(
            email="preferences@example.com",
            hashed_password="pbkdf2_sha256$600000$c2FsdA$aGFzaA",
            first_name="Petra",
            last_name="Novak",
            preferences={"theme": "dark", "shortcuts": {"save": "ctrl+s"}},
            time_zone="Europe/Prague",
        )
        db.add(user)
        db.commit()

        stored = db.scalars(select(User).where(User.id == user.id)).one()
        assert stored.preferences["theme"] == "dark"
        assert stored.preferences["shortcuts"]["save"] == "ctrl+s"
        assert stored.time_zone == "Europe/Prague"

        stored.preferences = {"theme": "light"}
        db.commit()
        db.refresh(stored)
        assert stored.preferences == {"theme": "light"}

    def test_user_admin_role(self):
        """A role can be given when the account is made."""
        admin = UserFactory(
            email="admin@example.com",
            role=UserRole.WORKSPACE_ADMIN,
            preferences={"landing_page": "administration"},
        )

        assert admin.role is UserRole.WORKSPACE_ADMIN
        assert admin.role == "workspace_admin"
        assert admin.preferences["landing_page"] == "administration"
        assert admin.agents == []
        assert admin.workspaces == []

    def test_user_api_tokens(self, db: Session):
        """A person's tokens are listed on the account and go with it."""
        user = UserFactory(first_name="Tariq")
        token = ApiToken(
            user_id=user.id,
            name="Nightly export",
            token_hash="5c1b6b1d0f4e4b0c",
            scopes=["documents:read", "agents:read"],
        )
        db.add(token)
        db.commit()
        db.refresh(user)

        assert [owned.name for owned in user.api_tokens] == ["Nightly export"]
        assert token.user.first_name == "Tariq"
        assert token.scopes == ["documents:read", "agents:read"]
        assert token.revoked is False
        assert token.expires_at is None

        token_id = token.id
        db.delete(user)
        db.commit()
        assert db.get(ApiToken, token_id) is None


class TestWorkspaceModel:
    """Workspaces, their teams and what is said in them."""

    def test_workspace_relationship(self, db: Session):
        """A workspace has an owner and holds its teams."""
        owner = UserFactory(first_name="Lena")
        workspace = Workspace(
            name="Research",
            slug="research",
            owner_id=owner.id,
            settings={"language": "de"},
        )
        annotators = Team(name="Annotators", workspace_id=workspace.id)
        reviewers = Team(name="Reviewers", workspace_id=workspace.id)
        db.add_all([annotators, reviewers])
        db.commit()

        assert annotators.workspace_id == workspace.id
        assert reviewers.workspace.slug == "research"
        assert [team.name for team in workspace.teams] == ["Annotators", "Reviewers"]
        assert workspace.owner.first_name == "Lena"
        assert workspace.settings == {"language": "de"}

    def test_workspace_defaults(self):
        """A new workspace is active, free of charge, and empty."""
        workspace = WorkspaceFactory(name="Fresh Start")

        assert workspace.name == "Fresh Start"
        assert workspace.tier is WorkspaceTier.FREE
        assert workspace.is_active is True
        assert workspace.agent_limit == 5
        assert workspace.settings == {}
        assert workspace.owner is None
        assert workspace.teams == []
        assert workspace.members == []
        assert workspace.subscription is None

    def test_team_workspace(self, db: Session):
        """A team leads to its workspace."""
        workspace = WorkspaceFactory(name="Customer Care")
        team = Team(
            name="First Line",
            description="Answers within the hour",
            workspace=workspace,
        )
        db.add(team)
        db.commit()
        db.refresh(team)

        assert team.workspace_id == workspace.id
        assert team.workspace.name == "Customer Care"
        assert team in workspace.teams
        assert team.description == "Answers within the hour"

    def test_workspace_deletion_removes_teams(self, db: Session):
        """Teams don't outlive their workspace, people do."""
        db.rollback()
        workspace = Workspace(name="Short Project", slug="short-project")
        lead = User(
            email="project-lead@example.com",
            hashed_password="pbkdf2_sha256$600000$c2FsdA$aGFzaA",
            first_name="Joana",
            last_name="Reis",
        )
        team = Team(name="Builders", workspace=workspace, members=[lead])
        db.add_all([workspace, lead, team])
        db.commit()
        team_id, lead_id = team.id, lead.id

        db.delete(workspace)
        db.commit()

        assert db.get(Team, team_id) is None
        remaining = db.get(User, lead_id)
        assert remaining is not None
        assert remaining.teams == []

    def test_team_members(self):
        """Members can be added one by one."""
        team = TeamFactory(name="Platform")
        ada = UserFactory(first_name="Ada")
        bela = UserFactory(first_name="Bela")

        team.members.append(ada)
        team.members.append(bela)

        assert [member.first_name for member in team.members] == ["Ada", "Bela"]
        assert ada.teams == [team]
        assert bela.teams == [team]
        assert team.settings == {}
        assert team.workspace.is_active is True

    def test_team_message_replies(self, db: Session):
        """A reply points at the message it answers."""
        sender = UserFactory(first_name="Mika")
        workspace = WorkspaceFactory()
        team = Team(name="Night Shift", workspace_id=workspace.id)
        db.add(team)
        db.commit()

        message = TeamMessage(team=team, sender=sender, body="The import is stuck again")
        db.add(message)
        db.commit()
        reply = TeamMessage(
            team=team,
            sender=sender,
            parent_id=message.id,
            body="Restarted it, looks fine now",
            context={"job": "nightly-import"},
        )
        db.add(reply)
        db.commit()
        db.refresh(message)

        assert message.replies == [reply]
        assert reply.parent is message
        assert message.parent is None
        assert {entry.body for entry in team.messages} == {message.body, reply.body}
        assert reply.sender.first_name == "Mika"
        assert reply.context["job"] == "nightly-import"
        assert message.pinned is False

    def test_workspace_upgrade(self):
        """The tier and the limit that comes with it can be raised."""
        workspace = WorkspaceFactory(tier=WorkspaceTier.TEAM, agent_limit=20)
        assert workspace.tier is WorkspaceTier.TEAM
        assert workspace.agent_limit == 20

        workspace.tier = WorkspaceTier.ENTERPRISE
        workspace.agent_limit = 500

        assert workspace.tier == "enterprise"
        assert workspace.agent_limit == 500
        assert workspace.is_active is True

    def test_workspace_admin_account(self):
        """An administrator starts without teams, tokens or workspaces of their own."""
        admin = UserFactory(
            email="admin@example.com",
            first_name="Wei",
            role=UserRole.WORKSPACE_ADMIN,
        )

        assert admin.role is UserRole.WORKSPACE_ADMIN
        assert admin.first_name == "Wei"
        assert admin.owned_workspaces == []
        assert admin.api_tokens == []
        assert admin.teams == []


class TestAgentExecutionModel:
    """Executions: defaults, results and where they belong."""

    def test_execution_defaults(self, db: Session):
        """An execution starts as pending, without a result."""
        workspace = Workspace(name="Execution Lab", slug="execution-lab")
        agent = AgentRegistry(
            name="Lab Assistant",
            category="laboratory",
            module_path="agents.laboratory",
            class_name="LabAssistant",
        )
        db.add_all([workspace, agent])
        db.commit()

        execution = AgentExecution(agent_id=agent.id, workspace_id=workspace.id)
        db.add(execution)
        db.commit()
        db.refresh(execution)

        assert execution.status is ExecutionStatus.PENDING
        assert execution.triggered_by is TriggerSource.MANUAL
        assert execution.output == {}
        assert execution.duration_seconds == 0.0
        assert execution.completed_at is None
        assert execution.error_message is None
        assert execution.feedback == []

    def test_execution_workspace(self, db: Session):
        """An execution belongs to an agent and happens in a workspace."""
        agent = AgentFactory(name="Dispatcher")
        workspace = WorkspaceFactory(name="Logistics")
        execution = AgentExecution(
            agent=agent,
            workspace=workspace,
            triggered_by=TriggerSource.WEBHOOK,
            input_summary="Plan tomorrow's tours",
        )
        db.add(execution)
        db.commit()
        db.refresh(execution)

        assert execution.agent.name == "Dispatcher"
        assert execution.workspace.name == "Logistics"
        assert execution.triggered_by == "webhook"
        assert execution in agent.executions
        assert execution.input_summary == "Plan tomorrow's tours"

    def test_execution_completion(self, db: Session):
        """Completing an execution keeps its result and its duration."""
        # The session is shared, start from a clean transaction.
        db.rollback()
        agent = AgentFactory(name="Welder")
        workspace = WorkspaceFactory(name="Acme Robotics", slug="acme-robotics")
        start = datetime(2026, 3, 2, 8, 30, tzinfo=timezone.utc)
        execution = AgentExecution(
            agent_id=agent.id,
            workspace_id=workspace.id,
            status=ExecutionStatus.RUNNING,
            started_at=start,
        )
        db.add(execution)
        db.commit()

        execution.complete({"seams": 12}, after=timedelta(minutes=2, seconds=30))
        db.commit()
        db.refresh(execution)

        assert execution.status is ExecutionStatus.COMPLETED
        assert execution.output == {"seams": 12}
        assert execution.duration_seconds == 150.0
        assert execution.completed_at == datetime(2026, 3, 2, 8, 32, 30, tzinfo=timezone.utc)
        assert execution.started_at == start

    def test_execution_deleted_with_agent(self, db: Session):
        """Executions and their feedback go with the agent."""
        workspace = Workspace(name="Acme Robotics", slug="acme-robotics")
        agent = AgentRegistry(
            name="Painter",
            category="manufacturing",
            module_path="agents.manufacturing",
            class_name="Painter",
            workspace=workspace,
        )
        execution = AgentExecution(
            agent=agent,
            workspace=workspace,
            status=ExecutionStatus.FAILED,
            error_message="Out of paint",
        )
        db.add_all([workspace, agent, execution])
        db.commit()
        assert agent.executions == [execution]
        assert execution.error_message == "Out of paint"

        execution_id, workspace_id = execution.id, workspace.id
        db.delete(agent)
        db.commit()

        assert db.get(AgentExecution, execution_id) is None
        assert db.get(Workspace, workspace_id).slug == "acme-robotics"


class TestWorkflowModels:
    """Templates, runs and their steps."""

    def test_workflow_execution_defaults(self):
        """A run waits to be started and is at its first version."""
        run = WorkflowExecutionFactory(workflow_id="customer-onboarding")

        assert run.workflow_id == "customer-onboarding"
        assert run.status is ExecutionStatus.PENDING
        assert run.triggered_by is TriggerSource.MANUAL
        assert run.version == 1
        assert run.input_data == {}
        assert run.context == {}
        assert run.steps == []
        assert run.completed_at is None
        assert run.workspace.is_active is True

    def test_workflow_discarded_before_start(self, db: Session):
        """Nothing of a run remains when it is rolled back before it started."""
        workspace = Workspace(name="Second Thoughts", slug="second-thoughts")
        run = WorkflowExecution(
            workspace=workspace,
            workflow_id="never-started",
            input_data={"customer": "none"},
        )
        step = WorkflowStepExecution(
            execution=run,
            step_id="collect",
            step_name="Collect data",
            step_type=StepType.AGENT,
            sequence_order=1,
        )
        db.add_all([workspace, run, step])
        db.rollback()

        runs = db.query(WorkflowExecution).filter_by(workflow_id="never-started")
        assert runs.count() == 0
        steps = db.query(WorkflowStepExecution).filter_by(step_name="Collect data")
        assert steps.count() == 0
        assert db.query(Workspace).filter_by(slug="second-thoughts").first() is None

    def test_workflow_steps_in_order(self, db: Session):
        """Steps are listed in the order in which they run, not as they were stored."""
        workspace = Workspace(name="Order Desk", slug="order-desk")
        db.add(workspace)
        db.commit()

        run = WorkflowExecution(workspace_id=workspace.id, workflow_id="order-intake")
        steps = [
            WorkflowStepExecution(
                execution_id=run.id,
                step_id=f"step-{number}",
                step_name=f"Step number {number}",
                step_type=StepType.TRANSFORM,
                sequence_order=number,
            )
            for number in (3, 1, 2)
        ]
        db.add_all(steps)
        db.commit()
        db.refresh(run)

        assert [step.sequence_order for step in run.steps] == [1, 2, 3]
        assert run.steps[0].step_name == "Step number 1"
        assert all(step.execution is run for step in steps)
        assert {step.status for step in run.steps} == {ExecutionStatus.PENDING}
        assert sum(step.attempts for step in run.steps) == 0

    def test_workflow_started_by(self, db: Session):
        """A run remembers who started it, and survives that person's account."""
        starter = UserFactory(first_name="Oskar")
        workspace = WorkspaceFactory()
        run = WorkflowExecution(
            workspace_id=workspace.id,
            started_by_id=starter.id,
            workflow_id="quarterly-report",
            status=ExecutionStatus.RUNNING,
        )
        db.add(run)
        db.commit()
        db.refresh(run)

        assert run.started_by.first_name == "Oskar"
        assert run.workspace_id == workspace.id
        assert run.status == "running"

        db.delete(starter)
        db.commit()
        db.refresh(run)
        assert run.started_by_id is None
        assert run.started_by is None

    def test_workflow_template_steps(self):
        """A template lists the names of its steps."""
        template = WorkflowTemplateFactory(
            title="Hire somebody",
            category="people",
            steps=[
                {"name": "Publish the opening", "type": "http_request"},
                {"name": "Screen applications", "type": "agent"},
                {"name": "Choose", "type": "human_approval"},
            ],
        )
        blank = WorkflowTemplateFactory()

        assert template.step_names == ["Publish the opening", "Screen applications", "Choose"]
        assert template.category == "people"
        assert template.published is False
        assert blank.step_names == []
        assert blank.category == "general"
        assert blank.version == 1

    def test_workflow_template_of_run(self, db: Session):
        """A run knows the template it was made from."""
        template = WorkflowTemplateFactory(title="Close the month")
        workspace = WorkspaceFactory(name="Accounting")
        run = WorkflowExecution(
            template=template,
            workspace=workspace,
            workflow_id="month-end",
            context={"month": "2026-02"},
        )
        step = WorkflowStepExecution(
            execution=run,
            step_id="reconcile",
            step_name="Reconcile accounts",
            step_type=StepType.HUMAN_APPROVAL,
            sequence_order=1,
            attempts=2,
        )
        db.add_all([run, step])
        db.commit()
        db.refresh(run)

        assert run.template.title == "Close the month"
        assert run.workspace.name == "Accounting"
        assert run.context["month"] == "2026-02"
        assert run.steps == [step]
        assert step.attempts == 2
        assert step.step_type is StepType.HUMAN_APPROVAL


class TestEpisodeModels:
    """Episodes, their segments and who read them."""

    def test_episode_segment_order_is_unique(self, db: Session):
        """Two segments can't take the same place in an episode."""
        db.rollback()
        workspace = Workspace(name="Archive", slug="archive")
        agent = AgentRegistry(
            name="Archivist",
            category="memory",
            module_path="agents.memory",
            class_name="Archivist",
        )
        episode = Episode(agent=agent, workspace=workspace, title="Sorting the boxes")
        first = EpisodeSegment(
            episode=episode,
            segment_type=SegmentType.CONVERSATION,
            sequence_order=1,
            content="Which box first?",
        )
        db.add_all([workspace, agent, episode, first])
        db.commit()
        episode_id = episode.id

        second = EpisodeSegment(
            episode_id=episode.id,
            segment_type=SegmentType.EXECUTION,
            sequence_order=1,
            content="Opened the blue box",
        )
        db.add(second)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()

        kept = db.query(EpisodeSegment).filter_by(episode_id=episode_id).one()
        assert kept.content == "Which box first?"

    def test_episode_segment_relationship(self, db: Session):
        """A segment belongs to an episode."""
        agent = AgentFactory(name="Chronicler")
        workspace = WorkspaceFactory()
        episode = Episode(
            agent_id=agent.id,
            workspace_id=workspace.id,
            title="A long conversation",
            topics=["travel", "visa"],
        )
        segment = EpisodeSegment(
            episode_id=episode.id,
            segment_type=SegmentType.CONVERSATION,
            sequence_order=1,
            content="Do I need a visa?",
        )
        db.add(segment)
        db.commit()
        db.refresh(segment)

        assert segment.episode_id == episode.id
        assert segment.episode.title == "A long conversation"
        assert segment.episode.topics == ["travel", "visa"]
        assert segment.source_type == "chat_message"
        assert episode.segments == [segment]
        assert episode.agent.name == "Chronicler"

    def test_episode_access_log(self, db: Session):
        """Every look at an episode is written down."""
        agent = AgentFactory()
        workspace = WorkspaceFactory()
        reader = UserFactory(first_name="Ravi")
        episode = Episode(agent_id=agent.id, workspace_id=workspace.id, title="Incident 41")
        entry = EpisodeAccessLog(
            episode_id=episode.id,
            accessed_by=reader.id,
            access_type=EpisodeAccessType.SEMANTIC,
            query="database outage",
        )
        db.add(entry)
        db.commit()
        db.refresh(entry)

        assert entry.episode.title == "Incident 41"
        assert entry.reader.first_name == "Ravi"
        assert entry.access_type is EpisodeAccessType.SEMANTIC
        assert entry.governance_passed is True
        assert entry.details == {}
        assert entry.accessed_at.tzinfo is not None
        assert [log.query for log in episode.access_logs] == ["database outage"]

    def test_episode_close(self, db: Session):
        """Closing an episode keeps the summary and the time."""
        episode = EpisodeFactory(title="Renewal of the contract", importance=0.9)
        assert episode.status is EpisodeStatus.ACTIVE
        assert episode.ended_at is None
        assert episode.maturity_at_time is AgentStatus.STUDENT

        episode.close("The customer renewed for two years")
        db.commit()

        assert episode.status is EpisodeStatus.COMPLETED
        assert episode.summary == "The customer renewed for two years"
        assert episode.ended_at >= episode.started_at
        assert episode.importance == 0.9

    def test_episode_segments_in_order(self, db: Session):
        """Segments are listed as they happened."""
        episode = EpisodeFactory()
        EpisodeSegmentFactory(episode=episode, sequence_order=2, content="And then?")
        EpisodeSegmentFactory(
            episode=episode,
            sequence_order=1,
            content="Once upon a time",
            segment_type=SegmentType.REFLECTION,
        )
        db.refresh(episode)

        assert [segment.sequence_order for segment in episode.segments] == [1, 2]
        assert episode.segments[0].content == "Once upon a time"
        assert episode.segments[0].segment_type is SegmentType.REFLECTION
        assert episode.segments[1].segment_type is SegmentType.CONVERSATION

    def test_episode_deleted_with_agent(self, db: Session):
        """An agent's memory goes with the agent."""
        agent = AgentFactory(name="Short Memory")
        workspace = WorkspaceFactory()
        episode = Episode(agent_id=agent.id, workspace_id=workspace.id, title="Soon forgotten")
        db.add(episode)
        db.commit()
        segment = EpisodeSegment(
            episode_id=episode.id,
            segment_type=SegmentType.FEEDBACK,
            sequence_order=1,
            content="Well done",
        )
        db.add(segment)
        db.commit()
        episode_id, segment_id = episode.id, segment.id
        assert db.get(EpisodeSegment, segment_id).episode.title == "Soon forgotten"

        db.delete(agent)
        db.commit()
        assert db.get(Episode, episode_id) is None
        assert db.get(EpisodeSegment, segment_id) is None

    def test_agent_starts_without_memory(self):
        """A new agent has no episodes, feedback or executions."""
        agent = AgentFactory(category="memory")

        assert agent.episodes == []
        assert agent.feedback == []
        assert agent.executions == []
        assert agent.proposals == []
        assert agent.blocked_triggers == []
        assert agent.category == "memory"


class TestCanvasAuditModel:
    """The trail of what happened on canvases."""

    def test_canvas_audit_key(self, db: Session):
        """An entry is found by its own key, which isn't called id."""
        audit = CanvasAuditFactory(canvas_ref="sales-board", action=CanvasAction.SUBMIT)

        assert len(audit.audit_id) == KEY_LENGTH
        assert audit.component_type == "generic"
        assert audit.governance_check_passed is True
        assert audit.agent is None

        found = db.get(CanvasAudit, audit.audit_id)
        assert found.canvas_ref == "sales-board"
        assert found.action is CanvasAction.SUBMIT
        assert found.user.id == audit.user_id

    def test_canvas_audit_history(self, db: Session):
        """The entries of one canvas can be told from those of others."""
        CanvasAuditFactory.create_batch(3, canvas_ref="board-7", action=CanvasAction.UPDATE)
        CanvasAuditFactory.create(canvas_ref="board-8")

        history = db.query(CanvasAudit).filter_by(canvas_ref="board-7").all()
        assert len(history) == 3
        assert {entry.action for entry in history} == {CanvasAction.UPDATE}
        assert len({entry.audit_id for entry in history}) == 3

        other = db.query(CanvasAudit).filter_by(canvas_ref="board-8").one()
        assert other.action is CanvasAction.PRESENT
        assert other.comments == []

    def test_canvas_audit_details(self, db: Session):
        """An entry keeps what was shown, where, and by which agent."""
        db.rollback()
        workspace = WorkspaceFactory(name="Design Studio")
        agent = AgentFactory(name="Illustrator")
        audit = CanvasAudit(
            workspace_id=workspace.id,
            agent_id=agent.id,
            canvas_ref="mood-board",
            component_type="chart",
            action=CanvasAction.PRESENT,
            details={"series": ["warm", "cold"], "points": 48},
        )
        db.add(audit)
        db.commit()
        db.refresh(audit)

        assert audit.workspace.name == "Design Studio"
        assert audit.agent.name == "Illustrator"
        assert audit.details["points"] == 48
        assert audit.component_type == "chart"
        assert audit.user is not None


class TestGovernanceModels:
    """Blocked triggers, proposals and policies."""

    def test_blocked_trigger_context(self, db: Session):
        """A blocked trigger tells what was blocked, and why."""
        db.rollback()
        agent = AgentRegistry(
            id="agent-escalation",
            name="Escalation Desk",
            category="support",
            module_path="agents.support",
            class_name="EscalationDesk",
        )
        blocked = BlockedTriggerContext(
            agent_id=agent.id,
            trigger_source=TriggerSource.DATA_SYNC,
            trigger_type="ticket.updated",
            agent_maturity=AgentStatus.STUDENT,
            block_reason="Students don't answer customers",
        )
        db.add(blocked)
        db.commit()
        db.refresh(blocked)

        assert blocked.agent_id == "agent-escalation"
        assert blocked.agent.name == "Escalation Desk"
        assert blocked.routing_decision is RoutingDecision.TRAINING
        assert blocked.resolved is False
        assert blocked.proposal is None
        assert blocked.trigger_payload == {}

    def test_risky_skill_stays_private(self):
        """A skill is private and harmless unless it says otherwise."""
        risky = SkillFactory(slug="send-email", risk=RiskLevel.HIGH)
        harmless = SkillFactory()

        assert risky.slug == "send-email"
        assert risky.risk is RiskLevel.HIGH
        assert risky.is_public is False
        assert harmless.risk is RiskLevel.LOW
        assert harmless.runs == []
        assert harmless.definition == {}

    def test_agent_proposal_decision(self, db: Session):
        """A proposal waits until a person decides."""
        agent = AgentFactory(status=AgentStatus.INTERN)
        reviewer = UserFactory(first_name="Selma")
        proposal = AgentProposal(
            agent_id=agent.id,
            proposal_type=ProposalType.ACTION,
            title="Refund order 1187",
            proposed_action={"kind": "refund", "amount": "19.90"},
        )
        db.add(proposal)
        db.commit()
        assert proposal.status is ProposalStatus.PENDING
        assert proposal.risk is RiskLevel.MODERATE
        assert proposal.reviewer is None

        proposal.decide(reviewer, ProposalStatus.APPROVED)
        db.commit()
        db.refresh(proposal)

        assert proposal.status is ProposalStatus.APPROVED
        assert proposal.reviewer.first_name == "Selma"
        assert proposal.decided_at is not None
        assert proposal.agent.id == agent.id
        assert agent.proposals == [proposal]

    def test_policy_defaults(self):
        """A policy asks for approval unless it says otherwise."""
        policy = GovernancePolicyFactory(action_pattern="payments.*")
        strict = GovernancePolicyFactory(effect=PolicyEffect.DENY, priority=1)

        assert policy.action_pattern == "payments.*"
        assert policy.effect is PolicyEffect.REQUIRE_APPROVAL
        assert policy.minimum_maturity is AgentStatus.SUPERVISED
        assert policy.priority == 100
        assert policy.enabled is True
        assert policy.violations == []
        assert strict.effect == "deny"
        assert strict.priority < policy.priority

    def test_public_skill(self):
        """A skill can be shared once its risk is known."""
        skill = SkillFactory(
            slug="send-email",
            skill_type=SkillType.HTTP,
            definition={"url": "https://mail.example.com/send", "method": "POST"},
            is_public=True,
        )

        assert skill.slug == "send-email"
        assert skill.skill_type is SkillType.HTTP
        assert skill.definition["method"] == "POST"
        assert skill.is_public is True
        assert skill.agents == []


class TestPlatformModels:
    """Switches and sharing across the platform."""

    def test_feature_flag_defaults(self):
        """A switch is off for everybody until somebody turns it on."""
        flag = FeatureFlagFactory(key="canvas-comments")

        assert flag.key == "canvas-comments"
        assert flag.enabled is False
        assert flag.rollout_percent == 0
        assert flag.rules == []
        assert flag.expires_on is None

    def test_feature_flag_rollout(self):
        """A switch can be turned on for a share of the workspaces."""
        flag = FeatureFlagFactory(
            enabled=True,
            rollout_percent=25,
            rules=[{"tier": "enterprise", "percent": 100}],
        )

        assert flag.enabled is True
        assert flag.rollout_percent == 25
        assert flag.rules[0]["tier"] == "enterprise"
        flag.rollout_percent = 100
        assert flag.rollout_percent == 100

    def test_team_in_given_session(self, db: Session):
        """What was made with the test's session is seen by its queries."""
        workspace = WorkspaceFactory(_session=db, name="Shared Services")
        team = TeamFactory(_session=db, name="Platform Support", workspace=workspace)

        found = db.query(Team).filter_by(name="Platform Support").one()
        assert found is team
        assert found.workspace is workspace
        assert workspace.teams == [team]
        assert db.query(Workspace).filter_by(name="Shared Services").count() == 1
